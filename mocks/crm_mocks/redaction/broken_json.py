"""Redaction of texts that resemble JSON: names and the values of documented ones are shown."""

from __future__ import annotations

import re
from typing import Final

import orjson

from crm_mocks.credential_names import is_redacted
from crm_mocks.redaction.documented import Documented
from crm_mocks.redaction.json_values import ValueRedaction

_TOKEN: Final = re.compile(
    r"(?P<string>\"(?:[^\"\\]++|\\.)*+\"?|'[^']*+'?)|(?P<space>\s++)|(?P<mark>[{}\[\]:,=])|(?P<word>[^\s{}\[\]:,=\"']++)",
    re.DOTALL,
)
_COLON: Final = re.compile(r"\s*+[:=]")
_HARMLESS: Final = frozenset(("null", "true", "false", '""'))


class BrokenJson:
    """Redacts one text."""

    def __init__(self, values: ValueRedaction, documented: Documented) -> None:
        """Prepare.

        Args:
            values: redacts values by name.
            documented: what is documented of the body.
        """
        self._values = values
        self._documented = documented
        self._names = documented.by_name
        self._name = ""
        self._has_value = False
        """What follows up to the next comma or name belongs to no name."""
        self._open_marks: list[str] = []

    def shown(self, text: str) -> str:
        """Return the text without the values of names that are not documented."""
        return "".join(map(self._piece, _TOKEN.finditer(text)))

    def _piece(self, found: re.Match[str]) -> str:
        piece = found[0]
        if found["space"] is not None:
            return piece
        if found["mark"] is not None:
            self._note_mark(piece)
            return piece
        if _COLON.match(found.string, found.end()):
            return self._shown_name(piece)
        return self._shown_value(piece)

    def _note_mark(self, mark: str) -> None:
        if mark in "{[":
            self._open_marks.append(mark)
        elif mark in "}]" and self._open_marks:
            self._open_marks.pop()
        if mark not in ":=":
            self._has_value = mark in "{}]"
        if mark == "," and self._open_marks[-1:] != ["["]:
            self._name = ""

    def _shown_name(self, piece: str) -> str:
        name = _unquoted(piece)
        self._name, self._has_value = name, False
        shown = self._values.rules.shown_name(name)
        return piece if shown == name else f'"{shown}"'

    def _shown_value(self, piece: str) -> str:
        name = "" if self._has_value and not self._documented.is_open else self._name
        self._has_value = True
        if piece in _HARMLESS:
            return piece
        value = _unquoted(piece)
        shown = value if self._documented.is_open and not name else self._named(name, value)
        return piece if shown == value else shown if is_redacted(shown) else f'"{shown}"'

    def _named(self, name: str, value: str) -> str:
        names = {name: self._documented} if self._documented.is_open else self._names
        return self._values.named(name, value, names)


def _unquoted(piece: str) -> str:
    """Return the content of a string, or a word as it is."""
    if piece.startswith('"'):
        try:
            return str(orjson.loads(piece.encode("utf-8", "surrogateescape")))
        except (orjson.JSONDecodeError, UnicodeError):
            return piece.strip('"')
    return piece.strip("'")
