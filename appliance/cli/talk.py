"""`appliance talk`: speak with the agent through this machine's microphone and loudspeaker, without a telephone."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from rich.console import Console

from appliance.cli.options import add_config_option, config_path
from appliance.config import load_machine
from appliance.telephony.headset import Headset
from appliance.telephony.link import SAMPLE_RATE, LinkClosed


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = commands.add_parser("talk", help="talk to the running agent through a headset", description=__doc__)
    add_config_option(parser)
    parser.add_argument("--wav", type=Path, metavar="FILE", help="this file speaks after the greeting instead of the microphone")
    parser.add_argument("--record", type=Path, metavar="WAV", help="with --wav: write down what the agent said")
    parser.add_argument("--caller-id", metavar="NUMBER", help="the number the agent is told (default: withheld)")
    parser.add_argument("--microphone", metavar="NAME", help="name or number of a sound device")
    parser.add_argument("--loudspeaker", metavar="NAME", help="name or number of a sound device")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Talk until one side hangs up. Digits typed on the terminal are keys."""
    import numpy as np  # like the resampler behind the devices, nothing that other commands should wait for

    from appliance.telephony.headset_devices import SoundCard, WavHeadset
    from appliance.telephony.wav import save_wav

    agent = load_machine(config_path(arguments)).link_path
    console = Console(stderr=True, highlight=False)
    device = WavHeadset(arguments.wav) if arguments.wav else SoundCard(arguments.microphone, arguments.loudspeaker)
    with device:
        headset = Headset(agent, device, caller_id=arguments.caller_id, told=console.print)
        if sys.stdin.isatty():
            console.print("Type digits and press Enter to press keys; Ctrl-C hangs up.")
            threading.Thread(target=_keys, args=(headset,), daemon=True).start()
        reason = headset.run()
    if arguments.record and isinstance(device, WavHeadset):
        save_wav(arguments.record, np.frombuffer(bytes(device.played), np.int16), SAMPLE_RATE)
    console.print(f"The call is over: {reason}.")
    return 0


def _keys(headset: Headset) -> None:
    try:
        for line in sys.stdin:
            for key in line.strip():
                if key in "0123456789*#":
                    headset.press(key)
    except LinkClosed:  # typed after the end of the call
        return
