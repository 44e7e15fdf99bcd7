"""Hello. Answered with what the caller may say next."""

from __future__ import annotations

from appliance.conversation.actions import Action, Ask
from appliance.conversation.asking_again import give_up, stalled
from appliance.conversation.events import Said
from appliance.conversation.learning import learn_identity
from appliance.conversation.talk import Talk


def respond(talk: Talk, said: Said) -> list[Action] | None:
    """The floor to the caller; in the middle of something the open question decides."""
    if talk.asked not in (None, "greeting", "silence_prompt", "not_understood"):
        return None
    if stalled(talk):
        return give_up(talk)
    learn_identity(talk.memory, said, talk.asked)
    return talk.ask(Ask("greeting", "how_can_i_help"))
