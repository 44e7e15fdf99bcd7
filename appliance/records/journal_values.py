"""Events and actions as JSON and back, without loss: every value that is no JSON of its own says what it is.

    Days(date(2026, 11, 27), date(2026, 11, 27))  <->  {"is": "Days", "first": {"is": "date", "iso": "2026-11-27"}, "last": ...}

A field that has its default is left out, so that a field added later changes no journal written before. A tuple is a JSON list; a
list, which is rarer, says that it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from types import UnionType
from typing import Any, get_args

from appliance.conversation import actions, events, facts

_IS = "is"
_MOMENTS: Mapping[str, type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}


class NotAValue(ValueError):
    """Something that no journal holds, or that this version does not know; the message says what."""


def members(union: UnionType) -> tuple[type, ...]:
    """The classes of a union, those of the unions in it too."""
    return tuple(get_args(union))


KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (*members(events.Event), *members(actions.Action), *vars(facts).values())
    if isinstance(kind, type) and is_dataclass(kind)
}
"""Everything with fields that an event or an action may hold, by name."""


def to_json(value: object) -> Any:
    """A value as json.dumps takes it. Raises NotAValue for one that could not be read back."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | time():
            return {_IS: _name_of_moment(value), "iso": value.isoformat()}
        case tuple():
            return [to_json(item) for item in value]
        case list():
            return {_IS: "list", "items": [to_json(item) for item in value]}
        case frozenset():
            return {_IS: "set", "items": [to_json(item) for item in sorted(value)]}
        case Mapping():
            return _mapping(value)
    if type(value).__name__ not in KINDS or not is_dataclass(value):
        raise NotAValue(f"a {type(value).__name__} cannot be written down")
    told = {field.name: getattr(value, field.name) for field in fields(value)}
    return {
        _IS: type(value).__name__,
        **{field.name: to_json(told[field.name]) for field in fields(value) if told[field.name] != _default(field)},
    }


def from_json(value: Any) -> Any:
    """The value that `to_json` made this of. Raises NotAValue."""
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    if not isinstance(value, dict):
        return value
    content = {key: inner for key, inner in value.items() if key != _IS}
    match value.get(_IS):
        case None:
            return {key: from_json(inner) for key, inner in content.items()}
        case "list":
            return [from_json(item) for item in content["items"]]
        case "set":
            return frozenset(from_json(item) for item in content["items"])
        case str(name) if name in _MOMENTS:
            return _MOMENTS[name].fromisoformat(content["iso"])
        case str(name) if name in KINDS:
            try:
                return KINDS[name](**{key: from_json(inner) for key, inner in content.items()})
            except TypeError as error:
                raise NotAValue(f"{name} has other fields in this version: {error}") from error
        case name:
            raise NotAValue(f"this version knows nothing called {name!r}")


def _mapping(value: Mapping[Any, object]) -> dict[str, Any]:
    if any(not isinstance(key, str) or key == _IS for key in value):
        raise NotAValue(f'a mapping with keys that are no text, or are called "{_IS}", cannot be written down')
    return {key: to_json(inner) for key, inner in value.items()}


def _name_of_moment(value: date | time) -> str:
    return next(name for name, kind in _MOMENTS.items() if isinstance(value, kind))


def _default(field: Field[Any]) -> object:
    """What the field is when nobody gives it; MISSING, which nothing equals, when somebody must."""
    return field.default_factory() if field.default_factory is not MISSING else field.default
