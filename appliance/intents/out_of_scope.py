"""Nothing a clinic's telephone can do: other business, chatter, and tricks, which get no further than a refusal."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask, Refuse, Say
from appliance.conversation.asking_again import OPEN
from appliance.conversation.events import Said
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """A refusal for a trick; what we can do for chatter; who we are for a wrong number; None for a misheard answer."""
    if "injection" in said.cues:
        return talk.refuse(Refuse("refused"))
    if talk.asked == "refused":
        return talk.refuse(Refuse("refused"))
    if talk.memory.task is not None or talk.misses:
        return None
    if talk.asked == "anything_else":
        talk.misses += 1
        return [Say("out_of_scope"), *talk.how_can_i_help()]
    if talk.asked not in OPEN:
        return None
    talk.misses += 1
    if "chatter" in said.cues and "wrong_number" not in said.cues:
        return talk.ask(Ask("not_understood", "out_of_scope_here"))
    return talk.ask(Ask("wrong_number_told", params={"clinic": talk.clinic.clinic.name}))
