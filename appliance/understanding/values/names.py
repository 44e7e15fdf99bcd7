"""A person's name as spoken: introduced ("my name is"), spelled, labelled ("last name ramirez"), or said alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.distance import JaroWinkler

from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Phrases, Token, Tokens, lex, rewrite
from appliance.understanding.values.spelling import Part, Speller

_MOST_WORDS = 4
_LONGEST_SPELLED = 14  # longer ones are several names spelled without a pause
_ALIKE = 0.75

_Name = list[str]


@dataclass(frozen=True)
class _Words:
    """What a language says around names."""

    speller: Speller
    fillers: Phrases
    corrections: Phrases
    openings: Phrases
    """Phrases after which a name comes; their meaning is "sure" when nothing else can, "loose" when much else can."""
    labels: Phrases
    titles: frozenset[str]
    particles: Phrases
    """Small words within a name: "de la" in "de la Cruz"."""
    stops: frozenset[str]
    """Words that are no part of a name."""
    also_names: frozenset[str]
    """Stop words that are first names too."""
    common: frozenset[str]
    """Words that are a name only after a sure opening."""

    decor: frozenset[str]
    endings: tuple[str, ...]
    names_ending_so: frozenset[str]

    def is_unlikely(self, word: str) -> bool:
        """Whether a word is more likely not a name."""
        ends_so = len(word) > 4 and word.endswith(self.endings) and word not in self.names_ending_so
        return word in self.common or word[0].isdigit() or ends_so

    @staticmethod
    def of(language: Language) -> _Words:
        words: Mapping[str, Any] = language.words["name"]
        lexicon = language.words["lexicon"]
        openings = dict.fromkeys(words["openings"], "") | dict.fromkeys(words["loose_openings"], "loose")
        openings |= dict.fromkeys(words["sure_openings"], "sure")
        return _Words(
            speller=Speller.of(language.words["spelling"]),
            fillers=Phrases.of(dict.fromkeys(words["fillers"], "")),
            corrections=Phrases.of(dict.fromkeys(lexicon["corrections"], "")),
            openings=Phrases.of(openings),
            labels=Phrases.of({phrase: label for label in ("first", "last") for phrase in words[label]}),
            titles=frozenset(words["titles"]),
            particles=Phrases.of(dict.fromkeys(words["particles"], "")),
            stops=frozenset(words["stops"].split()) | frozenset(language.numbers.cardinals),
            also_names=frozenset(words["also_names"]),
            decor=frozenset(words["decor"]),
            endings=tuple(words["endings"]),
            names_ending_so=frozenset(words["names_ending_so"].split()),
            common=frozenset(words["common"].split()) | frozenset(language.numbers.ordinals) | language.value_words,
        )


def name(text: str, language: Language) -> str | None:
    """ "First Last", or the one name that was said; None when the text is evidently no name."""
    words = _Words.of(language)
    current: _Name | None = None
    for tokens in _split(lex(text), words.corrections):
        said = _said(tokens, words)
        if said is not None:
            current = _amended(current, said)
    return " ".join(_capitalised(word) for word in current) if current else None


def _amended(previous: _Name | None, said: _Name) -> _Name:
    """One name after a correction takes the place of the one most like it."""
    if previous is None or len(previous) < 2 or len(said) > 1:
        return said
    likeness = [JaroWinkler.similarity(word.lower(), said[0].lower()) for word in previous]
    index = likeness.index(max(likeness)) if max(likeness) >= _ALIKE else len(previous) - 1
    return [*previous[:index], said[0], *previous[index + 1 :]]


def _said(tokens: Tokens, words: _Words) -> _Name | None:
    labelled = _labelled(tokens, words)
    if labelled is not None:
        return labelled or None
    candidates = _candidates(tokens, words)
    spelled = [run for run in candidates if any(part.spelled for part in run.parts)]
    sure = [run for run in candidates if run.sure]
    opened = [run for run in candidates if run.opened and run.plausible]
    alone = _alone(candidates, tokens, words)
    for choices in (sure, spelled, opened, alone):
        names = [composed for run in choices if (composed := _composed(run.parts))]
        if names and all(set(other) <= set(names[-1]) for other in names):
            return names[-1]
        if names:
            return None
    return None


def _alone(candidates: Sequence[_Run], tokens: Tokens, words: _Words) -> list[_Run]:
    """The name nothing announces: a first and a last name that open the sentence, or one word with only politeness around it."""
    opening = [run for run in candidates if run.plausible]
    if len(opening) != 1 or opening[0] is not candidates[0]:
        return []
    own = {part.text for part in opening[0].parts}
    others = [token for token in rewrite(tokens, words.fillers) if token.text not in own | words.decor | words.titles]
    begins = next((position for position, token in enumerate(tokens) if token.text in own), 0)
    opens = not {token.text for token in tokens[:begins]} & {token.text for token in others}
    return opening if not others or (len(own) > 1 and opens) else []


# --- stretches of words that could be a name ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    parts: list[Part]
    opened: bool
    sure: bool
    plausible: bool


def _candidates(tokens: Tokens, words: _Words) -> list[_Run]:
    """Stretches without a stop word. Spelling is put together first, because "n for nancy" and "n like nancy" spell."""
    spelled = words.speller.parts(tokens)
    as_tokens = tuple(Token(part.text, part.raw, part.pause) for part in spelled)
    runs: list[_Run] = []
    parts: list[Part] = []
    opening: str | None = None
    position = 0
    while position < len(spelled):
        surname = _with_particle(spelled, as_tokens, position, words) if parts else None
        if surname is not None:
            parts.append(surname[0])
            position = surname[1]
            continue
        part, found = spelled[position], words.openings.at(as_tokens, position)
        wanted = opening == "sure" and not parts and part.text in words.also_names
        if found is not None or (part.text in words.stops and not part.spelled and not wanted):
            runs += [_run(parts, opening, words)] if parts else []
            parts, opening = [], found[0] if found is not None else None
        elif parts and words.speller.is_hyphen(as_tokens, position) and position + 1 < len(spelled):
            spelled[position + 1] = replace(spelled[position + 1], hyphen=True)
        elif part.spelled or (part.text not in words.titles and rewrite((as_tokens[position],), words.fillers)):
            parts.append(part)
        position = found[1] if found is not None else position + 1
    return _with_spelling(runs + ([_run(parts, opening, words)] if parts else []))


def _with_particle(spelled: Sequence[Part], tokens: Tokens, position: int, words: _Words) -> tuple[Part, int] | None:
    """A surname that begins with a particle, such as "de la Cruz", and its end; None where no name follows the particle."""
    particle = words.particles.at(tokens, position)
    if particle is None or particle[1] >= len(spelled) or spelled[particle[1]].spelled:
        return None
    name_part = spelled[particle[1]]
    if name_part.text in words.stops or words.is_unlikely(name_part.text) or words.openings.at(tokens, particle[1]) is not None:
        return None
    lead = " ".join(part.text for part in spelled[position : particle[1]])
    return replace(name_part, text=f"{lead} {name_part.text}", raw=f"{lead} {_capitalised(name_part.raw)}"), particle[1] + 1


def _with_spelling(runs: Sequence[_Run]) -> list[_Run]:
    """Letters that spell the name said just before them belong to it: "daniel kovalski, that's k o w a l s k i"."""
    merged: list[_Run] = []
    for run in runs:
        before = merged[-1] if merged else None
        if before and len(run.parts) == 1 and run.parts[0].spelled and _alike(before.parts[-1].text, run.parts[0].text):
            merged[-1] = replace(before, parts=[*before.parts, *run.parts])
        else:
            merged.append(run)
    return merged


def _run(parts: list[Part], opening: str | None, words: _Words) -> _Run:
    named = [part for part in parts if not part.spelled]
    enough = len(parts) > 1 or opening != "loose" or parts[0].spelled
    plausible = enough and len(parts) <= _MOST_WORDS and not any(words.is_unlikely(part.text.split()[-1]) for part in named)
    return _Run(parts, opening is not None, opening == "sure" and len(parts) <= _MOST_WORDS, plausible)


# --- labels: "last name ramirez first name sofia" -------------------------------------------------------------------------


def _labelled(tokens: Tokens, words: _Words) -> _Name | None:
    """The name told by labels; an empty list when labels tell no whole name; None when there are none."""
    pieces: list[tuple[str, Tokens]] = []
    label, start, position = "", 0, 0
    while position < len(tokens):
        found = words.labels.at(tokens, position)
        if found is not None:
            pieces.append((label, tokens[start:position]))
            label, start = found[0], found[1]
        position = found[1] if found is not None else position + 1
    if not label:
        return None
    pieces.append((label, tokens[start:]))
    told = [(label, _first_name_in(piece, words)) for label, piece in pieces]
    if not told[-1][1] and told[0][1]:
        # "ramirez is my last name and sofia is my first name": each label stands behind its name
        labels = [label for label, _ in told[1:]]
        told = list(zip(labels, [name for _, name in told[:-1]], strict=True))
    first = next((name for label, name in told if label == "first" and name), None)
    last = next((name for label, name in told if label == "last" and name), None)
    rest = next((name for label, name in told if label == "" and name), None)
    if rest is not None and last is not None and first is None and len(rest) == 1 and rest != last:
        first = rest
    return [*(first or []), *(last or [])]


def _first_name_in(tokens: Tokens, words: _Words) -> _Name | None:
    runs = [_composed(run.parts) for run in _candidates(tokens, words) if len(run.parts) <= _MOST_WORDS]
    return next((run for run in runs if run), None)


# --- from words to a name -------------------------------------------------------------------------------------------------


def _composed(parts: Sequence[Part]) -> _Name | None:
    """Spelled letters take the place of the word they spell; a surname said first goes last; what was said twice stands once."""
    chosen: list[Part] = []
    spelled_first = False
    for part in parts:
        if part.spelled and len(part.text) > _LONGEST_SPELLED:
            return None
        if part.spelled and chosen and not chosen[-1].spelled and _alike(chosen[-1].text, part.text):
            chosen[-1] = Part(part.text, part.text, spelled=True, pause=chosen[-1].pause)
        else:
            chosen.append(part)
        spelled_first = spelled_first or (part.spelled and len(chosen) == 1)
    chosen = [part for index, part in enumerate(chosen) if part.text not in [later.text for later in chosen[index + 1 :]]]
    if len(chosen) > _MOST_WORDS:
        return None
    surname_first = len(chosen) >= 2 and (
        (spelled_first and not any(part.spelled for part in chosen[1:]))
        or (len(chosen) == 2 and chosen[1].pause and not chosen[1].spelled)
    )
    ordered = [*chosen[1:], chosen[0]] if surname_first else chosen
    return _joined(ordered)


def _alike(word: str, letters: str) -> bool:
    return JaroWinkler.similarity(word, letters.replace("'", "")) >= _ALIKE or word[:2] == letters[:2]


def _joined(parts: Sequence[Part]) -> list[str]:
    """ "o brien" is one name, and so is "smith-jones"."""
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].lower() == "o" and len(part.raw) > 2:
            joined[-1] = f"O'{_capitalised(part.raw)}"
        elif joined and part.hyphen:
            joined[-1] = f"{_capitalised(joined[-1])}-{_capitalised(part.raw)}"
        else:
            joined.append(part.raw)
    return joined


def _capitalised(word: str) -> str:
    if " " in word:  # a surname with its particle has its capitals
        return word
    if not (word.islower() or word.isupper()):
        return word if word[0].isupper() else word[0].upper() + word[1:]
    pieces = [piece.capitalize() for piece in word.split("-")]
    pieces = ["'".join(p[:1].upper() + p[1:] if p[1:] else p.upper() for p in piece.split("'")) for piece in pieces]
    pieces = [f"Mc{piece[2:].capitalize()}" if piece.startswith("Mc") and len(piece) > 4 else piece for piece in pieces]
    return "-".join(pieces)


def _split(tokens: Tokens, marks: Phrases) -> list[Tokens]:
    pieces: list[Tokens] = [()]
    position = 0
    while position < len(tokens):
        found = marks.at(tokens, position)
        if found is not None:
            pieces.append(())
        else:
            pieces[-1] += (tokens[position],)
        position = found[1] if found is not None else position + 1
    return pieces
