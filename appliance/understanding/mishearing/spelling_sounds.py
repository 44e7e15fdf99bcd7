"""How an English word that no dictionary knows is probably said: names of medicines, surnames, and pieces of words.

Letters are read from left to right; at each place the longest entry of the table wins. It is as good as somebody who reads the
word for the first time, which is enough where vowels count little.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TABLE = """
tion=$Un sion=%Un cious=$Us tious=$Us ough=O augh=O eigh=Z igh=I ight=It tch=c dge=j sch=sk ph=f th=^ sh=$ ch=c ck=k qu=kw
wh=w wr=r kn=n gn=n ps=s gh=g ng=q nk=qk dg=j x=ks cc=k ia=NU iy=N io=NW
ee=N ea=N eu=yL ew=yL ei=Z ey=N ie=N ai=Z ay=Z au=O aw=O oa=W oi=V oy=V oo=L ou=Q ow=W ue=L ui=L oe=W ae=N
ar=Ar er=Ur ir=Ur or=Or ur=Ur air=Hr ear=Nr oor=Or our=Or are=Hr ire=Ir ore=Or eer=Nr
bb=b dd=d ff=f gg=g ll=l mm=m nn=n pp=p rr=r ss=s tt=t zz=z
a=E b=b c=k d=d e=H f=f g=g h=h i=J j=j k=k l=l m=m n=n o=A p=p q=k r=r s=s t=t u=U v=v w=w y=J z=z
"""
_SOUNDS = dict(entry.split("=") for entry in _TABLE.split())
_LETTERS = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_ENDS = "a=U o=W y=N i=N u=L e= ine=Nn in=Jn ol=Ol il=Jl ide=Id ate=Zt one=Wn ole=Wl ase=Zz ose=Ws ite=It ime=Im es=z le=Ul ed=d"
_SPECIAL = dict(entry.split("=") for entry in _ENDS.split(" "))
"""Ends of words."""
_SOFT, _FIRST = {"c": "s", "g": "j"}, {"y": "y", "x": "z"}
_LONG = {"a": "Z", "e": "N", "i": "I", "o": "W", "u": "yL", "y": "I"}
_NAMES = """
a=Z b=bN c=sN d=dN e=N f=Hf g=jN h=Zc i=I j=jZ k=kZ l=Hl m=Hm n=Hn o=W p=pN q=kyL r=Ar s=Hs t=tN u=yL v=vN w=dUbUlyL x=Hks y=wI z=zN
"""
_SPOKEN_LETTERS = dict(entry.split("=") for entry in _NAMES.split())


@lru_cache(maxsize=20_000)
def by_rule(word: str) -> str:
    """Phones of a lower-case word, one sign each (see `sounds`). A word without a vowel is said letter by letter."""
    letters = re.sub(r"[^a-z]", "", word)
    if not re.search("[aeiouy]", letters):
        return "".join(_SPOKEN_LETTERS[letter] for letter in letters)
    endings = (letters[-size:] for size in (3, 2, 1) if len(letters) > size and letters[-size - 1] not in "aeiou")
    ending = next((end for end in endings if end in _SPECIAL), "")
    stem = letters.removesuffix(ending)
    if not re.search("[aeiouy]", stem):  # a short word such as "me": its only vowel is long
        return "".join(_LONG.get(letter, _SOUNDS[letter]) for letter in letters)
    silent_e = ending == "e" and re.search("[aeiouy][^aeiouyx]$", stem)
    sounds = []
    for found in _LETTERS.finditer(stem):
        piece, after = found[0], stem[found.end() : found.end() + 1]
        if piece in _SOFT and (after or ending)[:1] in ("e", "i", "y"):
            sounds.append(_SOFT[piece])
        elif piece in _FIRST and found.start() == 0:
            sounds.append(_FIRST[piece])
        elif silent_e and found.end() == len(stem) - 1 and piece in _LONG:
            sounds.append(_LONG[piece])
        elif piece == "s" and found.start() > 0 and after and after in "aeiouy" and stem[found.start() - 1] in "aeiouy":
            sounds.append("z")
        else:
            sounds.append(_SOUNDS[piece])
    return re.sub(r"([a-z$^%])\1", r"\1", "".join(sounds) + _SPECIAL.get(ending, ""))
