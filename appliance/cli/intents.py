"""`appliance intents`: what callers can want, and how well it is understood."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from appliance.app import FIRST_LANGUAGE, local_clock, open_readers
from appliance.config import load_clinic
from appliance.provision.manifest import PROJECT_MODELS
from appliance.understanding import INTENTS, Understanding, which_language
from appliance.understanding.evaluation import Figures, evaluate, read_rows
from appliance.understanding.meanings import meanings
from appliance.understanding.own_phrases import read_own_phrases
from appliance.understanding.phrases import load_phrases

SAMPLE = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
MOST_CONFUSIONS = 20


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs `intents list` and `intents eval`."""
    verbs = commands.add_parser("intents", help="what callers can want, and how well it is understood").add_subparsers(
        required=True, metavar="VERB"
    )
    listing = verbs.add_parser("list", help="every intent, what it is, and how many example phrases it has")
    listing.set_defaults(func=show)
    trial = verbs.add_parser("eval", help="score understanding on labelled utterances", description=evaluate.__doc__)
    trial.add_argument(
        "file", type=Path, metavar="FILE", help='JSONL with text, intent, slots, and if need be "asked" and "accept"'
    )
    trial.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="pretend that it is this local time")
    trial.set_defaults(func=score)
    for parser in (listing, trial):
        parser.add_argument("--clinic", type=Path, default=SAMPLE, metavar="FILE", help="the clinic's file (default: the sample)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")


def show(arguments: argparse.Namespace) -> int:
    """List the intents with the number of phrases in each of the clinic's languages, and of the clinic's own."""
    clinic = load_clinic(arguments.clinic)
    languages = [language for language in clinic.clinic.languages if language in which_language.installed()]
    counts = {language: Counter(phrase.intent for phrase in load_phrases(language)) for language in languages}
    path = clinic.clinic.own_phrases
    counts["own"] = Counter(phrase.intent for phrase in (read_own_phrases(path) if path else []))
    if arguments.json:
        rows = {name: {"meaning": meanings()[name], "phrases": {k: count[name] for k, count in counts.items()}} for name in INTENTS}
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    table = _table("intent", *counts, "meaning")
    for name in INTENTS:
        table.add_row(name, *(str(count[name]) for count in counts.values()), meanings()[name])
    Console().print(table)
    return 0


def score(arguments: argparse.Namespace) -> int:
    """Understand every row as in a call and print the figures."""
    clinic = load_clinic(arguments.clinic)
    now = arguments.now or clinic.clinic.reference_now or local_clock(clinic)()
    rows = read_rows(arguments.file)
    names = [patient.name for patient in clinic.patients]
    readers, ladder = open_readers(clinic, PROJECT_MODELS, lambda: names)

    def understand(text: str, asked: str | None) -> Understanding:
        language = which_language.spoken(text, FIRST_LANGUAGE, names)
        return readers.get(language, readers[FIRST_LANGUAGE]).understand(text, asked, now)

    progress = track(rows, "understanding", console=Console(stderr=True), transient=True)
    figures = evaluate(progress, understand, ladder.unsure)
    if arguments.json:
        print(json.dumps(figures.as_json(), ensure_ascii=False))
    else:
        _print(figures, Console())
    return 0


def _print(figures: Figures, console: Console) -> None:
    table = _table("intent", "rows", "precision", "recall")
    for name, intent in sorted(figures.intents.items(), key=lambda item: item[1].recall):
        table.add_row(name, str(intent.rows), _percent(intent.precision), _percent(intent.recall))
    console.print(table)
    if figures.confusions:
        confusions = _table("labelled", "read as", "times")
        for label, told, count in figures.confusions[:MOST_CONFUSIONS]:
            confusions.add_row(label, told, str(count))
        console.print(confusions)
    for line in _summary(figures):
        console.print(line, highlight=False, soft_wrap=True)


def _summary(figures: Figures) -> Iterator[str]:
    slots = figures.slots
    yield f"intent: {_percent(figures.accuracy)} right of {figures.rows}, macro average {_percent(figures.macro)}"
    found = f"{_percent(slots.recall)} of {slots.labelled} exact, {_percent(slots.touched)} touched"
    yield f"slots: {found}, precision {_percent(slots.precision)}, F1 {slots.f1:.3f}"
    alarms = (f"{kind} recall {_percent(share)} of {figures.alarm_rows[kind]}" for kind, share in figures.alarm_recall.items())
    yield f"alarms: {', '.join(alarms)}, {figures.false_alarms} false ones"
    sure = f"{_percent(figures.sure_accuracy)} right where sure (at least {figures.unsure_below:.2f})"
    yield f"reliability: {sure}; {_percent(figures.unsure_share)} are guesses, {_percent(figures.unsure_accuracy)} of them right"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="left" if name in ("meaning", "read as") else "right")
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
