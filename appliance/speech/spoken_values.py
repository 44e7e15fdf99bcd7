"""What callers answer, generated from a language's rules: the lines a language model learns names, dates and numbers from.

The rules lie in languages/<code>/speech/answers.toml; the clinic's own names are rules too. Generation is seeded, so two starts
with the same clinic hear the same.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.faults import OurFault
from appliance.speech.engines import Vocabulary
from appliance.speech.plain_words import plain

LANGUAGES = Path(__file__).parents[1] / "languages"
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Answers:
    """One kind of answer: the situations it is given in, and its rule."""

    kind: str
    asked: tuple[str, ...]
    line: Sequence[str]


class SpokenValues:
    """Generates caller lines of every kind of answer of one language for one clinic."""

    def __init__(self, vocabulary: Vocabulary, language: str = "en") -> None:
        path = LANGUAGES / language / "speech" / "answers.toml"
        samples = tomllib.loads((LANGUAGES / language / "sample_values.toml").read_text(encoding="utf-8"))
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        self.kinds = [Answers(kind, tuple(own["asked"]), _alternatives(own["line"])) for kind, own in table["answers"].items()]
        self._rules: dict[str, Sequence[str]] = {name: _alternatives(rule) for name, rule in table["rules"].items()}
        self._rules |= _name_rules(vocabulary, plain(samples["first_names"]).split(), plain(samples["last_names"]).split())
        self._require_rules(path)

    def lines(self, kind: str, count: int, seed: int = 1) -> Iterator[str]:
        """`count` answers of a kind, lower case, words separated by one space."""
        dice = random.Random(seed)  # noqa: S311  # example words, not secrets
        line = next(answers.line for answers in self.kinds if answers.kind == kind)
        for _ in range(count):
            yield " ".join(self._fill(dice.choice(line), dice).split()).replace(" 's", "'s")

    def _fill(self, template: str, dice: random.Random) -> str:
        return _NAME.sub(lambda found: self._fill(dice.choice(self._rules[found[1]]), dice), template)

    def _require_rules(self, path: Path) -> None:
        templates = [line for answers in self.kinds for line in answers.line] + [
            line for rule in self._rules.values() for line in rule
        ]
        for name in {name for template in templates for name in _NAME.findall(template)} - self._rules.keys():
            raise OurFault(f"{path}: the rule {{{name}}} is used and does not exist.", repair="Restore this file from the release.")


def _alternatives(rule: str) -> Sequence[str]:
    return [" ".join(alternative.split()) for alternative in rule.split("|")]


def _name_rules(vocabulary: Vocabulary, first: Sequence[str], last: Sequence[str]) -> Mapping[str, Sequence[str]]:
    patients = [plain(name) for name in vocabulary.patient_names if plain(name)]
    providers = [plain(name).removeprefix("doctor ") for name in vocabulary.provider_names if plain(name)]
    return {
        "any_first": first,
        "any_last": last,
        "patient": patients or [f"{first[0]} {last[0]}"],
        "patient_first": [name.split()[0] for name in patients] or first,
        "patient_last": [name.split()[-1] for name in patients] or last,
        "provider": providers or last,
        "provider_last": [name.split()[-1] for name in providers] or last,
    }
