"""`appliance call`: phone an address with a scripted caller and tell what happened."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from appliance.conversation.situations import by_situation
from appliance.faults import TheirFault
from appliance.languages import load_prompts

if TYPE_CHECKING:
    from appliance.telephony.caller import CallerEvent, CallReport, Login


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser(
        "call",
        help="place a real test call: a separate SIP telephone that listens and answers by a script",
        epilog="Exit status: 0 the call was answered, 1 it was refused or nobody answered, 2 something given is wrong.",
    )
    parser.add_argument("--to", required=True, metavar="SIP_URI", help="whom to call, such as sip:300@127.0.0.1:5070")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--script", type=Path, metavar="FILE", help="JSON: a call (opening, answers, events) or a list of lines")
    what.add_argument("--wav", type=Path, metavar="FILE", help="play this file after the greeting")
    parser.add_argument("--call", metavar="ID", help="which call of a script file that holds several")
    parser.add_argument("--record", type=Path, metavar="WAV", help="write down what the other side said, 8 kHz")
    parser.add_argument("--json", action="store_true", help="one JSON report on stdout")
    parser.add_argument("--voice", default="slt", metavar="NAME", help="slt (default), rms, awb, kal16, kal or espeak-ng:VOICE")
    parser.add_argument("--local", default="127.0.0.1", metavar="ADDRESS", help="our own address (default 127.0.0.1)")
    parser.add_argument("--language", default="en", metavar="CODE", help="the agent's language, whose prompts are listened for")
    parser.add_argument("--user", default="caller", metavar="NUMBER", help="who we say we are: the number the called side sees")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="for a PBX that wants a login from --user")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Place the call; events go to stderr as they happen, the report to stdout."""
    from appliance.telephony import caller  # loads a recogniser, which no other command needs
    from appliance.telephony.caller.g711 import SAMPLE_RATE
    from appliance.telephony.wav import save_wav

    script = caller.Script.of_wav(arguments.wav) if arguments.wav else caller.Script.load(arguments.script, arguments.call)
    console = Console(stderr=True, highlight=False)
    report = caller.place_call(
        arguments.to,
        script,
        local=arguments.local,
        prompts=agent_prompts(arguments.language),
        on_event=lambda event: _show(console, event),
        voice=arguments.voice,
        user=arguments.user,
        login=_login(arguments),
    )
    if arguments.record:
        save_wav(arguments.record, report.agent_audio, SAMPLE_RATE)
    if arguments.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        console.print(_summary(report))
    return 0 if report.answered else 1


def agent_prompts(language: str) -> Mapping[str, Sequence[str]]:
    """What the agent may say, by situation."""
    try:
        return by_situation(load_prompts(language))
    except OSError as error:
        raise TheirFault(f"There is no language {language!r}.", repair="Use a folder name of appliance/languages.") from error


def _login(arguments: argparse.Namespace) -> Login | None:
    from appliance.telephony.caller import Login

    if not arguments.password_file:
        return None
    try:
        return Login(arguments.user, arguments.password_file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise TheirFault(
            f"{arguments.password_file} cannot be read ({error.strerror}).", repair="Correct --password-file."
        ) from error


def _show(console: Console, event: CallerEvent) -> None:
    text = escape(event.text)
    match event.kind:
        case "heard":
            sure = "" if event.score is None else f" ({event.score:.2f})"
            console.print(f"{event.at:7.2f}  [cyan]agent[/cyan]   {text}  [dim]{event.situation}{sure}[/dim]")
        case "caller_started":
            console.print(f"{event.at:7.2f}  [green]caller[/green]  {text or '(audio)'}")
        case "pressed":
            console.print(f"{event.at:7.2f}  [green]caller[/green]  keys {text}")
        case "ringing" | "answered" | "refused" | "held" | "resumed" | "transferred" | "ended":
            console.print(f"{event.at:7.2f}  [dim]{event.kind} {text}[/dim]")


def _summary(report: CallReport) -> str:
    if not report.answered:
        return f"[red]The call to {escape(report.to)} was not answered: {report.status} {escape(report.reason)}.[/red]"
    waits = ", ".join(f"{wait:.2f}" for wait in report.response_times) or "none"
    gaps = report.gaps
    return (
        f"{report.duration:.1f} s with {report.codec}, ended by the {report.ended_by} ({report.why}). "
        f"Seconds until the agent spoke: {waits}. "
        f"RTP gaps p50 {gaps.p50_ms} ms, p99 {gaps.p99_ms} ms, max {gaps.max_ms} ms, lost {gaps.lost} of {gaps.packets}."
    )
