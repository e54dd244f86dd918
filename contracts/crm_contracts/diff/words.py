"""The sentence on a change in reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from crm_contracts.diff.nodes import canonical
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.variance import Direction, Effect

_SHOWN: Final = 12
"""Maximum number of values of an enumeration in a sentence."""

Words = Callable[[Found], str]


def message(direction: Direction, found: Found) -> str:
    """Return the sentence on a change.

    Args:
        direction: which way the values travel.
        found: the change.
    """
    words = _WORDS[direction].get(found.rule) or _ALIKE.get(found.rule)
    return words(found) if words else _bounded(found)


def _bounded(found: Found) -> str:
    if found.was is None and found.now is None:
        return f"'{found.rule}' has changed, in a way that cannot be compared"
    if found.was is None:
        return f"{found.rule} is {_shown(found.now)}, there was none"
    if found.now is None:
        return f"{found.rule} is gone, it was {_shown(found.was)}"
    return f"{found.rule} is {_shown(found.now)}, was {_shown(found.was)}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        shown = ", ".join(map(_shown, value[:_SHOWN]))
        return shown + (f" and {len(value) - _SHOWN} more" if len(value) > _SHOWN else "")
    return json.dumps(value, ensure_ascii=False)


def _type(found: Found) -> str:
    return f"the type is {_either(found.now)}, was {_either(found.was)}"


def _either(types: Any) -> str:
    return " or ".join(types) if isinstance(types, list) else str(types)


def _enum(taken: str) -> Words:
    def words(found: Found) -> str:
        if found.now is None:
            return f"any value {taken} now, was one of {_shown(found.was)}"
        if found.was is None:
            return f"only {_shown(found.now)} {taken} now, was any value"
        was, now = ({canonical(each): each for each in values} for values in (found.was, found.now))
        gone = [each for text, each in was.items() if text not in now]
        came = [each for text, each in now.items() if text not in was]
        said = [f"{_shown(came)} {taken} now"] if came else []
        said += [f"{_shown(gone)} no longer {taken}"] if gone else []
        return "; ".join(said)

    return words


def _required(now: str, before: str) -> Words:
    return lambda found: now if found.now else before


def _added(optional: str, required: str) -> Words:
    def words(found: Found) -> str:
        beside = "; others were refused" if found.now["otherwise"] == "refused" else ""
        return f"new, {required if found.now['required'] else optional}{beside}"

    return words


def _removed(direction: Direction) -> Words:
    def words(found: Found) -> str:
        if found.was["otherwise"] == "refused":
            return "gone, and refused now" if direction is Direction.REQUEST else "gone, and not allowed now"
        if direction is Direction.REQUEST:
            return "gone: what is sent there is ignored"
        return "gone: it always came" if found.was["required"] else "gone: it could be missing before"

    return words


def _others(found: Found) -> str:
    return (
        "unnamed members are allowed now, were refused"
        if found.now
        else "unnamed members are refused now, were allowed"
    )


def _null(found: Found) -> str:
    return "may be null now" if found.effect & Effect.WIDENED else "may no longer be null"


def _deprecated(found: Found) -> str:
    return "deprecated now" if found.now else "no longer deprecated"


_ALIKE: Final[dict[str, Words]] = {
    "type": _type,
    "nullable": _null,
    "deprecated": _deprecated,
    "additionalProperties": _others,
    "uniqueItems": lambda found: (
        "entries must differ now, could be the same" if found.now else "entries may be the same now, had to differ"
    ),
    "alternative-added": lambda found: f"a new alternative: {found.now}",
    "alternative-removed": lambda found: f"an alternative is gone: {found.was}",
    "operation-added": lambda found: f"the operation is new: {found.now}",
    "operation-removed": lambda found: f"the operation is gone: {found.was}",
    "operation-moved": lambda found: f"the operation is {found.now}, was {found.was}",
    "operation-id": lambda found: (
        f"the operationId is {_shown(found.now) or 'gone'}, was {_shown(found.was) or 'none'}"
    ),
    "media-type-added": lambda found: f"{found.now} is new",
    "media-type-removed": lambda found: f"{found.was} is gone",
    "missing-content-type": lambda found: (
        f"a body without Content-Type is read as {found.now}" if found.now else "a body must have a Content-Type now"
    ),
    "status-added": lambda found: f"the status {found.now} is new",
    "status-removed": lambda found: f"the status {found.was} is gone",
    "outcome-added": lambda found: f"the outcome {found.now} is new",
    "outcome-removed": lambda found: f"the outcome {found.was} is gone",
    "outcome-changed": lambda found: f"the example of the outcome {found.now} has changed",
    "serialisation": lambda found: f"it is written as {found.now}, was {found.was}",
    "security": lambda found: f"credentials: {_or(found.now)}; was {_or(found.was)}",
    "servers": lambda found: f"the base path is {_shown(found.now)}, was {_shown(found.was)}",
    "not-compared": lambda _: "has changed; crm-mocks diff does not compare it",
}


def _or(alternatives: list[str]) -> str:
    return ", or ".join(alternatives)


_WORDS: Final[dict[Direction, dict[str, Words]]] = {
    Direction.REQUEST: {
        "enum": _enum("taken"),
        "required": _required("must be sent now, could be left out", "may be left out now, had to be sent"),
        "member-added": _added("may be sent", "must be sent"),
        "member-removed": _removed(Direction.REQUEST),
        "body-added": lambda found: "a body " + ("must" if found.now["required"] else "may") + " be sent now",
        "body-removed": lambda _: "a body is no longer accepted",
    },
    Direction.RESPONSE: {
        "enum": _enum("comes"),
        "required": _required("always comes now, could be missing", "may be missing now, always came"),
        "member-added": _added("may come", "always comes"),
        "member-removed": _removed(Direction.RESPONSE),
        "body-added": lambda _: "there is a body now",
        "body-removed": lambda _: "there is no body now",
    },
}
