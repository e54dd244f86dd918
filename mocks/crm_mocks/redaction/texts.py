"""Redaction of texts that are no JSON: broken bodies, plain text, forms, multipart forms and XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus

import msgspec
import orjson

from crm_mocks.credential_names import REDACTED, STEMS, hidden, is_redacted
from crm_mocks.redaction.documented import Documented
from crm_mocks.redaction.http_headers import shown_value
from crm_mocks.redaction.json_values import ValueRedaction
from crm_mocks.redaction.name_rules import NameRules, Treatment
from crm_mocks.secret_values import looks_random, without_credentials, without_random_words

_PAIR: Final = (
    r"(?P<name>(?:{names})[\w-]{{0,40}}+)(?P<middle>\\?[\"']?\s{{0,20}}+[:=]\s{{0,20}}+)"
    r"(?:\\?\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|[^\s&,;}}\]\"']++)"
)
"""A name, a separator and a value, in plain text or headers."""

_TAG: Final = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[^<>]*+>?|[^<]++", re.DOTALL)
_DECLARATION: Final = re.compile(
    r"<\?xml version=\"1\.[01]\"(?: encoding=\"(?P<encoding>[\w-]{1,20})\")?(?: standalone=\"(?:yes|no)\")?\s?\?>"
)
_ELEMENT: Final = re.compile(
    r"<(?P<close>/?)(?P<prefix>[\w.-]++:)?(?P<name>[\w.-]++)(?P<rest>[^<>]*?)(?P<empty>/?)>", re.DOTALL
)
_ATTRIBUTE: Final = re.compile(r"\s(?P<prefix>[\w.-]++:)?(?P<name>[\w.-]++)\s*+=\s*+(?P<value>\"[^\"]*+\"|'[^']*+')")
_STEP: Final = re.compile(r"[\[\]]+")
_DISPOSITION: Final = re.compile(r"^content-disposition:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_FIELD_NAME: Final = re.compile(r"(?<![\w*])name\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]+))", re.IGNORECASE)
_FILE_NAME: Final = re.compile(r"(filename\*?\s*=\s*)(\"(?:[^\"\\]|\\.)*\"?|[^\s;\"]+)", re.IGNORECASE)
_BOUNDARY: Final = re.compile(r"boundary\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)


class TextRedaction(msgspec.Struct, frozen=True):
    """Redacts texts.

    Attributes:
        values: redacts values by name and place.
    """

    values: ValueRedaction

    @property
    def rules(self) -> NameRules:
        """What names say."""
        return self.values.rules

    def form(self, text: str, documented: Documented) -> str:
        """Return a query or form without what is not documented."""
        return "&".join(self._pair(pair, documented, ("body",)) for pair in text.split("&"))

    def _pair(self, pair: str, documented: Documented, place: tuple[str, ...]) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name).strip()
        label = name if self.rules.shown_name(plain) == plain else self.rules.shown_name(plain)
        if not equals:  # what has no value may be one
            is_shown = documented.is_open or plain in documented.members or not looks_random(plain)
            return label if is_shown else hidden(len(plain))
        text = unquote_plus(value)
        if is_redacted(text):
            return f"{label}={value}"
        shown = self.field(plain, text, documented, place)
        return f"{label}={value if shown == text else quote_plus(str(shown), safe='*()')}"

    def field(self, name: str, value: str, documented: Documented, place: tuple[str, ...]) -> Any:
        """Return the value of a field of a form, whose name may be that of an inner member, such as `a[b]`."""
        names = (
            [name] if documented.member(name) is not None else [each for each in _STEP.split(name) if each] or [name]
        )
        treatments = set(map(self.rules.treatment, names))
        if Treatment.SHOWN in treatments:
            return value
        if Treatment.SECRET in treatments:
            return self.values.secret(value)
        if Treatment.CHECKED in treatments:
            return self.values.suspect(value)
        known: Documented | None = documented
        is_in_map = False
        for each in names:
            is_in_map = is_in_map or (known is not None and each not in known.members and known.others is not None)
            known = (known.member(each) or (known.entries if each.isdecimal() else None)) if known is not None else None
        if known is None or Treatment.HIDDEN in treatments:
            is_shown = (*place, names[0]) in self.values.findings and Treatment.HIDDEN not in treatments
            return self.values.suspect(value) if is_shown else self.values.unseen(value)
        if is_in_map:  # any name is documented, so that says nothing about the value
            return self.values.suspect(value)
        return self.values.secret(value) if known.is_secret else self._leaf(value, known, (*place, names[0]))

    def _leaf(self, value: str, documented: Documented, place: tuple[str, ...]) -> Any:
        """Return the text of a documented member, which may be an entry of an array or JSON."""
        if not documented.has_scalars and value[:1] in ("{", "["):
            try:
                return orjson.dumps(self.values.value(orjson.loads(value), documented, place)).decode()
            except (orjson.JSONDecodeError, TypeError, RecursionError):
                return self.values.unseen(value)
        return self.values.value(value, documented.leaf, place)

    def multipart(self, raw: bytes, content_type: str, documented: Documented) -> bytes:
        """Return a multipart form without files, and without fields that are not documented."""
        found = _BOUNDARY.search(content_type)
        if found is None:
            return hidden(len(raw)).encode()
        mark = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
        first, *parts = raw.split(mark)
        shown = [b"" if not first.strip() else hidden(len(first)).encode() + b"\r\n"]
        shown += (
            part if part[:2] == b"--" and not part[2:].strip() else self._part(part, documented) for part in parts
        )
        return mark.join(shown)

    def _part(self, part: bytes, documented: Documented) -> bytes:
        head, blank, content = part.partition(b"\r\n\r\n")
        if not blank:
            return b"\r\n" + hidden(len(part)).encode() + b"\r\n"
        lines = head.decode("latin-1")
        disposition = _DISPOSITION.search(lines)
        named = _FIELD_NAME.search(disposition[0]) if disposition else None
        name = (named[1] or named[2] or "") if named else ""
        end = b"\r\n" if content.endswith(b"\r\n") else b""
        value = content.removesuffix(b"\r\n").decode("utf-8", "surrogateescape")
        is_file = disposition is None or _FILE_NAME.search(disposition[0]) is not None
        if is_file or not name:
            shown = value if is_redacted(value) else hidden(len(content) - len(end))
        else:
            shown = str(self.field(name, value, documented, ("body",)))
        kind = re.search(r"^content-type:[ \t]*([\w.+-]+/[\w.+-]+)", lines, re.IGNORECASE | re.MULTILINE)
        rows = [
            self._disposition(disposition[0], name) if disposition else "",
            f"Content-Type: {shown_value('content-type', kind[1])}" if kind else "",
        ]
        text = "\r\n" + "\r\n".join(filter(None, rows)) + "\r\n\r\n" + shown
        return text.encode("utf-8", "surrogateescape") + end

    def _disposition(self, header: str, name: str) -> str:
        """Return a Content-Disposition with the name of the field, and the length of that of the file."""
        file = _FILE_NAME.search(header)
        shown = [f'name="{self.rules.shown_name(name)}"'] if name else []
        shown += [f'{file[1]}"{hidden(len(file[2]))}"'] if file else []
        return "; ".join(["Content-Disposition: form-data", *shown])

    def xml(self, text: str, documented: Documented) -> str:
        """Return XML without the content of elements and attributes that are not documented."""
        return "".join(self._xml_pieces(text, documented.by_name))

    def _xml_pieces(self, text: str, names: dict[str, Documented]) -> Iterator[str]:
        name = ""
        for found in _TAG.finditer(text):
            piece = found[0]
            element = _ELEMENT.fullmatch(piece)
            if element is not None:
                name = "" if element["close"] else element["name"]
                attributes = "".join(self._attribute(each, names) for each in _ATTRIBUTE.finditer(element["rest"]))
                yield f"<{element['close']}{self._xml_name(element)}{attributes}{element['empty']}>"
            elif not piece.strip() or self._is_declaration(piece):
                yield piece
            elif piece.startswith("<") and not piece.startswith("<![CDATA["):
                yield f"<!-- {hidden(len(piece))} -->"
            else:
                is_literal = piece.startswith("<")
                content = piece.removeprefix("<![CDATA[").removesuffix("]]>") if is_literal else unescape(piece)
                shown = self.values.named(name, content, names)
                yield piece if shown == content else shown

    def _is_declaration(self, piece: str) -> bool:
        found = _DECLARATION.fullmatch(piece)
        return found is not None and self.rules.shown_name(found["encoding"] or "") == (found["encoding"] or "")

    def _attribute(self, found: re.Match[str], names: dict[str, Documented]) -> str:
        name, value = found["name"], unescape(found["value"].strip("\"'"))
        is_namespace = name == "xmlns" or found["prefix"] == "xmlns:"
        shown = self.values.suspect(value) if is_namespace else self.values.named(name, value, names)
        label = self._xml_name(found)
        if shown == value and label == f"{found['prefix'] or ''}{name}":
            return found[0]
        return f" {label}={found['value']}" if shown == value else f' {label}="{shown}"'

    def _xml_name(self, found: re.Match[str]) -> str:
        """Return the name of an element or attribute as it is shown, with its prefix."""
        return ":".join(map(self.rules.shown_name, f"{found['prefix'] or ''}{found['name']}".split(":")))

    def plain(self, text: str, *, strict: bool) -> str:
        """Return a text without anything that looks like a credential.

        Args:
            text: the text.
            strict: words that look random are credentials as well.
        """
        if ":" in text or "=" in text:
            text = _pairs(self.rules.keys).sub(self._without_value, text)
        struck = without_credentials(text, REDACTED)
        return without_random_words(struck, REDACTED) if strict else struck

    def _without_value(self, found: re.Match[str]) -> str:
        name, middle = found.group("name", "middle")
        value = found[0].removeprefix(name + middle).strip("\\\"'")
        is_kept = is_redacted(value) or self.rules.is_kept(value)
        if is_kept or self.rules.treatment(name) is not Treatment.SECRET:
            return found[0]
        self.values.on_secret(value)
        return f"{name}{middle}{REDACTED}"


@cache
def _pairs(keys: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of names of credentials, and of API keys, with their values."""
    names = sorted({*STEMS, *keys}, key=len, reverse=True)
    return re.compile(_PAIR.format(names="|".join(map(re.escape, names))), re.IGNORECASE)
