"""Trigram language models, small enough to be built when the appliance starts.

Interpolated absolute discounting (Ney, Essen, Kneser 1994): every seen n-gram gives up DISCOUNT of its count to the shorter
ones, down to a share for every word of the vocabulary, so nothing a caller may say is impossible. Two models can be mixed.
Written in ARPA format, which every recogniser reads.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BEGIN, END = "<s>", "</s>"
DISCOUNT = 0.6
ORDER = 3

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Trigrams:
    """Probabilities of n-grams of 1 to 3 words, and per context the weight (backoff) of what was not seen after it."""

    probability: Mapping[Gram, float]
    backoff: Mapping[Gram, float]

    def chance(self, gram: Gram) -> float:
        """P(last word | the words before it)."""
        if (seen := self.probability.get(gram)) is not None:
            return seen
        return self.backoff.get(gram[:-1], 1.0) * self.chance(gram[1:])

    def arpa(self) -> str:
        """The model as an ARPA file."""
        out = ["\\data\\"]
        orders = [sorted(gram for gram in self.probability if len(gram) == order) for order in range(1, ORDER + 1)]
        out += [f"ngram {order}={len(grams)}" for order, grams in enumerate(orders, 1)]
        for order, grams in enumerate(orders, 1):
            out.append(f"\n\\{order}-grams:")
            for gram in grams:
                line = f"{_log10(self.probability[gram])}\t{' '.join(gram)}"
                out.append(line if order == ORDER else f"{line}\t{_log10(self.backoff.get(gram, 1.0))}")
        return "\n".join([*out, "\n\\end\\\n"])


def train(lines: Iterable[str], vocabulary: Iterable[str]) -> Trigrams:
    """Learn from caller lines; words of `vocabulary` that no line has stay possible."""
    counts: Counter[Gram] = Counter()
    for line in lines:
        said = (BEGIN, *line.split(), END)
        counts.update(said[at : at + order] for order in range(1, ORDER + 1) for at in range(len(said) - order + 1))
    del counts[BEGIN,]  # it opens every line and follows nothing
    words = {*vocabulary, END, *(gram[0] for gram in counts if len(gram) == 1)}
    followers: defaultdict[Gram, list[Gram]] = defaultdict(list)
    for gram in counts:
        followers[gram[:-1]].append(gram)
    probability: dict[Gram, float] = {(word,): 1 / len(words) for word in words}
    backoff: dict[Gram, float] = {}
    for context in sorted(followers, key=len):
        grams = followers[context]
        total = sum(counts[gram] for gram in grams)
        kept = DISCOUNT * len(grams) / total
        if context:
            backoff[context] = kept
        else:
            probability = {(word,): kept * probability[word,] for word in words}
        for gram in grams:
            shorter = probability[gram[1:]] if context else probability[gram]
            share = (counts[gram] - DISCOUNT) / total
            probability[gram] = share + (kept * shorter if context else shorter)
    probability[BEGIN,] = 1e-99
    return Trigrams(probability, backoff)


def mix(first: Trigrams, second: Trigrams, share: float) -> Trigrams:
    """The model that believes `first` with weight `share` and `second` with the rest, at every n-gram that either has seen."""
    probability = {
        gram: share * first.chance(gram) + (1 - share) * second.chance(gram) for gram in {**first.probability, **second.probability}
    }
    seen: defaultdict[Gram, float] = defaultdict(float)
    shorter: defaultdict[Gram, float] = defaultdict(float)
    for gram, chance in probability.items():
        if len(gram) > 1:
            seen[gram[:-1]] += chance
            shorter[gram[:-1]] += probability[gram[1:]]
    backoff = {context: max(1 - seen[context], 1e-9) / max(1 - shorter[context], 1e-9) for context in seen}
    return Trigrams(probability, backoff)


def _log10(value: float) -> str:
    return f"{math.log10(max(value, 1e-99)):.4f}"
