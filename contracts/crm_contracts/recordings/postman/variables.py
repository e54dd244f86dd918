"""Variables of Postman collections: `{{name}}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from crm_contracts.recordings.values import MalformedRecording

_REFERENCE: Final = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_MAX_ROUNDS: Final = 5
"""Variables may refer to variables."""
_MAX_LENGTH: Final = 1_000_000
"""Maximum number of characters that variables make of a text, since a few can grow beyond memory."""


class Variables:
    """Values of variables. Those without a value, which an environment of Postman has, stay as they are."""

    def __init__(self, declared: Any = None, outer: Mapping[str, str] | None = None) -> None:
        """Collect variables.

        Args:
            declared: the member `variable` of a collection or folder.
            outer: values that it may replace.
        """
        self._values = dict(outer or {})
        for item in declared if isinstance(declared, list) else ():
            if isinstance(item, Mapping) and not item.get("disabled"):
                name, value = item.get("key") or item.get("id"), item.get("value")
                if isinstance(name, str) and value not in (None, ""):
                    self._values[name] = value if isinstance(value, str) else orjson.dumps(value).decode()

    def extended(self, declared: Any) -> Variables:
        """Return these variables with those of a folder."""
        return Variables(declared, self._values) if declared else self

    def fill(self, text: str) -> str:
        """Return a text with the values of its variables.

        Raises:
            MalformedRecording: it grows too long.
        """
        for _ in range(_MAX_ROUNDS):
            known = [self._values[name] for name in _REFERENCE.findall(text) if name in self._values]
            if not known:
                break
            if sum(map(len, known)) > _MAX_LENGTH:
                raise MalformedRecording(f"its variables make a text of more than {_MAX_LENGTH} characters")
            text = _REFERENCE.sub(lambda found: self._values.get(found[1], found[0]), text)
        return text


def reference(text: str) -> str:
    """Return the name of the variable that is all of a text; empty if it is something else."""
    found = _REFERENCE.fullmatch(text)
    return found[1].lstrip("$") if found else ""


def first_reference(text: str) -> str:
    """Return the name of the first variable in a text; empty if there is none."""
    found = _REFERENCE.search(text)
    return found[1].lstrip("$") if found else ""


def without_references(text: str) -> str:
    """Return a text with the names of variables in place of references; `$` marks Postman's own, as in `{{$guid}}`."""
    return _REFERENCE.sub(lambda found: found[1].lstrip("$"), text)
