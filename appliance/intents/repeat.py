"""Say that again. Everything of the last turn, in other words where there are any."""

from __future__ import annotations

from appliance.conversation.actions import Action
from appliance.conversation.asking_again import give_up, stalled
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """The last turn again."""
    if talk.asked == "wrong_number_told" and "apology" in said.cues:  # "sorry" is no question here
        return None
    if not talk.spoken:
        return talk.ask_again()
    return give_up(talk) if stalled(talk) else list(talk.spoken)
