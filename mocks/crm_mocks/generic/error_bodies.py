"""Bodies of refusals in the contract's own form, filled with what is wrong."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.generic.member_names import plain_name
from crm_mocks.reason_phrases import reason_phrase
from crm_mocks.violations import Violation

_MESSAGES: Final = (
    "message", "detail", "details", "description", "errordescription", "errormessage", "msg", "reason", "text", "info",
    "errordetail", "developermessage", "usermessage", "longmessage", "hint", "explanation",
)  # fmt: skip  # a table reads better in rows
_TITLES: Final = ("title", "error", "errors", "summary", "name", "shortmessage", "statustext")
_STATUSES: Final = ("status", "statuscode", "code", "httpstatus", "httpcode", "errorcode", "httpstatuscode")
_CODES: Final = ("code", "type", "errorcode", "kind", "category", "status", "identifier", "rule")
_LISTS: Final = (
    "errors", "details", "violations", "invalidparams", "fielderrors", "validationerrors", "messages", "issues",
    "fields", "causes", "problems", "error", "detail",
)  # fmt: skip  # as above
_FIELDS: Final = (
    "field", "path", "property", "propertyname", "param", "parameter", "name", "pointer", "attribute", "target",
    "location", "loc", "source", "fieldname", "key",
)  # fmt: skip  # as above
_AT_FAULT: Final = (
    "field", "fieldname", "property", "propertyname", "param", "parameter", "attribute", "pointer", "invalidfield",
)  # fmt: skip  # as above
"""Members that name the member at fault: without one they are left out."""

_ABSENT: Final = object()
_MAX_ENTRIES: Final = 20
_DEPTH: Final = 4


@dataclass(frozen=True)
class RefusalReason:
    """What is wrong with a request.

    Attributes:
        status: HTTP status of the refusal.
        message: one sentence.
        violations: the broken rules, if the request breaks any.
        is_example: nothing is known of the request: lists of what is wrong keep their entries.
    """

    status: int
    message: str
    violations: Sequence[Violation] = ()
    is_example: bool = False

    @property
    def title(self) -> str:
        """The reason phrase of the status."""
        return reason_phrase(self.status) or "Error"

    @property
    def code(self) -> str:
        """The title as a word, such as `not_found`."""
        return re.sub(r"[^a-z]+", "_", self.title.lower())


def sentence(violations: Sequence[Violation]) -> str:
    """Return what is wrong in one sentence."""
    parts = [f"{field_name(each)}: {each.message}" if field_name(each) else each.message for each in violations[:3]]
    rest = len(violations) - len(parts)
    return "; ".join(parts) + (f"; and {rest} more" if rest else "")


def field_name(violation: Violation) -> str:
    """Return the member or parameter at fault, such as `address.city`; empty for the whole request."""
    place, *steps = violation.location
    return ".".join(map(str, steps)) if place in ("body", "query", "header", "path", "cookie") else ""


def filled(body: Any, reason: RefusalReason, *, generated: bool) -> Any:
    """Return a body of a refusal that says what is wrong, in members with usual names.

    Args:
        body: the documented or generated body.
        reason: what is wrong.
        generated: the contract has no example, so that codes and titles mean nothing and are replaced too.
    """
    return _filled(copy.deepcopy(body), reason, generated=generated, depth=_DEPTH)


def _filled(node: Any, reason: RefusalReason, *, generated: bool, depth: int) -> Any:
    if isinstance(node, str):
        return reason.message
    if isinstance(node, list):
        return _entries(node, reason, generated=generated, depth=depth)
    if not isinstance(node, Mapping) or not depth:
        return node
    result: dict[str, Any] = {}
    has_message = any(plain_name(name) in _MESSAGES and isinstance(value, str) for name, value in node.items())
    for name, value in node.items():
        new = _member(plain_name(name), value, reason, generated=generated, depth=depth, titled=has_message)
        if new is not _ABSENT:
            result[name] = new
    return result


def _member(plain: str, value: Any, reason: RefusalReason, *, generated: bool, depth: int, titled: bool) -> Any:
    if generated and plain in _AT_FAULT and isinstance(value, str) and not reason.is_example:
        named = next((each for each in reason.violations if field_name(each)), None)
        return _ABSENT if named is None else _field(plain, value, named)
    if isinstance(value, str):
        return _text(plain, value, reason, generated=generated, titled=titled)
    if isinstance(value, bool | int):
        return _number(plain, value, reason) if generated else value
    if isinstance(value, list):
        return _entries(value, reason, generated=generated, depth=depth) if plain in _LISTS else value
    if isinstance(value, Mapping):
        if plain in ("errors", "fields", "fielderrors", "validationerrors") and _is_map(value):
            return _by_field(value, reason)
        if plain in ("error", "errors", "fault", "data", "result", "response", "status", "body", "payload", "meta"):
            return _filled(value, reason, generated=generated, depth=depth - 1)
    return value


def _text(plain: str, value: str, reason: RefusalReason, *, generated: bool, titled: bool) -> str:
    if plain in _MESSAGES:
        return reason.message
    if plain in _TITLES and (generated or not titled):
        return reason.title if titled else reason.message
    if generated and plain in ("status", "statuscode", "httpstatus"):
        return str(reason.status)
    return reason.code if generated and plain in _CODES and "://" not in value else value


def _number(plain: str, value: int, reason: RefusalReason) -> int:
    if isinstance(value, bool):
        return value and plain not in ("success", "ok", "succeeded")
    return reason.status if plain in _STATUSES else value


def _entries(entries: list[Any], reason: RefusalReason, *, generated: bool, depth: int) -> list[Any]:
    if not entries or not isinstance(entries[0], Mapping | str):
        return entries
    model = entries[0]
    if not reason.violations and generated and not reason.is_example and isinstance(model, Mapping):
        return []
    if not reason.violations:
        return [_filled(model, reason, generated=generated, depth=depth - 1)]
    return [_entry(model, each, reason, generated=generated, depth=depth) for each in reason.violations[:_MAX_ENTRIES]]


def _entry(model: Any, violation: Violation, reason: RefusalReason, *, generated: bool, depth: int) -> Any:
    if isinstance(model, str):
        return sentence([violation])
    one = RefusalReason(reason.status, violation.message, (violation,))
    entry = _filled(model, one, generated=generated, depth=depth - 1)
    for name, value in entry.items():
        plain = plain_name(name)
        if plain in _FIELDS:
            entry[name] = _field(plain, value, violation)
        elif plain in ("code", "rule", "type", "keyword") and isinstance(value, str) and generated:
            entry[name] = violation.rule
    return entry


def _field(plain: str, value: Any, violation: Violation) -> Any:
    if isinstance(value, str):
        steps = "/".join(map(str, violation.location[1:]))
        return f"/{steps}" if plain == "pointer" else field_name(violation)
    if isinstance(value, list) and all(isinstance(step, str) for step in value):
        return list(map(str, violation.location))
    if isinstance(value, Mapping):
        return {name: _field(plain_name(name), inner, violation) for name, inner in value.items()}
    return value


def _is_map(node: Mapping[str, Any]) -> bool:
    """Return whether an object has lists of messages by member."""
    return bool(node) and all(
        isinstance(each, list) and all(isinstance(x, str) for x in each) for each in node.values()
    )


def _by_field(node: Mapping[str, Any], reason: RefusalReason) -> dict[str, Any]:
    if not reason.violations:
        return dict(node)
    messages: dict[str, list[str]] = {}
    for each in reason.violations[:_MAX_ENTRIES]:
        messages.setdefault(field_name(each) or "base", []).append(each.message)
    return messages


def problem_body(reason: RefusalReason) -> dict[str, Any]:
    """Return a problem document (RFC 9457), for refusals that the contract does not document."""
    body: dict[str, Any] = {"title": reason.title, "status": reason.status, "detail": reason.message}
    if reason.violations:
        body["errors"] = [
            {**({"field": name} if (name := field_name(each)) else {}), "message": each.message}
            for each in reason.violations[:_MAX_ENTRIES]
        ]
    return body
