"""Messages for the clinic's people: what a task knows, as one line without words of any language but the caller's."""

from __future__ import annotations

from appliance.conversation.facts import Memory, Task

SEPARATOR = " · "


def message_text(memory: Memory, task: Task, *facts: str | None) -> str:
    """Who, born when, reachable where, what for, and the caller's own words."""
    born = memory.date_of_birth.isoformat() if memory.date_of_birth and memory.subject else None
    about = memory.subject if memory.subject != memory.speaker else None
    said = list(dict.fromkeys(words.strip() for words in (*task.words, task.message or "") if words.strip()))
    parts = [task.intent, memory.speaker, about, born, memory.phone or memory.caller_id, *facts, *(f'"{words}"' for words in said)]
    return SEPARATOR.join(part for part in parts if part)
