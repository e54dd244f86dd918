"""Redaction of bodies by their media types."""

from __future__ import annotations

from typing import Final

import msgspec
import orjson
from msgspec import structs

from crm_mocks.contract.outcome import is_json, is_xml
from crm_mocks.credential_names import hidden, is_redacted
from crm_mocks.parsing.media_types import FORM, MULTIPART, ContentType, Unreadable, content_type, decode
from crm_mocks.redaction.broken_json import BrokenJson
from crm_mocks.redaction.documented import Documented
from crm_mocks.redaction.json_values import ValueRedaction
from crm_mocks.redaction.quoted_credentials import may_have_credential
from crm_mocks.redaction.texts import TextRedaction

MAX_BYTES: Final = 64 * 1024
"""Length of a body in which something is redacted; a longer one is hidden: a search would block other clients."""

MAX_TEXT_BYTES: Final = 32 * 1024
"""The same for a body that is no JSON."""

_UTF8: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class BodyRedaction(msgspec.Struct, frozen=True):
    """Redacts the body of a request or response.

    Attributes:
        values: redacts values by name and place.
        documented: what is documented of the body.
        is_documented: whether its media type is.
        is_evidence: whether a finding is about it as a whole.
    """

    values: ValueRedaction
    documented: Documented
    is_documented: bool
    is_evidence: bool = False

    def body(self, raw: bytes, header: str) -> bytes:
        """Return a body as it is shown; one of which nothing is shown has its length in bytes in its place.

        Args:
            raw: the body as sent.
            header: its Content-Type.
        """
        if not raw or is_redacted(raw[:64].decode("latin-1")):
            return raw
        shown = self._shown(raw, header) if len(raw) <= MAX_BYTES else None
        return hidden(len(raw)).encode() if shown is None else shown

    def _shown(self, raw: bytes, header: str) -> bytes | None:
        """Return a body as it is shown; `None` if nothing of it is."""
        kind = content_type(header)
        texts = TextRedaction(self.values)
        if kind.media_type == MULTIPART:
            return texts.multipart(raw, header, self.documented)
        if kind.media_type == FORM:
            return texts.form(raw.decode("latin-1"), self.documented).encode("latin-1", "replace")
        if is_json(kind.media_type) or (not kind.media_type and raw.lstrip()[:1] in (b"{", b"[", b'"')):
            return self._json(raw, kind.charset)
        return self._text(raw, kind) if len(raw) <= MAX_TEXT_BYTES else None

    def _text(self, raw: bytes, kind: ContentType) -> bytes | None:
        text = _decoded(raw, kind.charset)
        if text is None:
            return None
        if is_xml(kind.media_type) and self.is_documented:
            shown = TextRedaction(self.values).xml(text, self.documented)
        elif self.is_documented or self.is_evidence:
            shown = TextRedaction(self.values).plain(text, strict=not self.is_documented)
        else:
            return None
        return raw if shown == text else _encoded(shown, kind.charset)

    def _json(self, raw: bytes, charset: str) -> bytes | None:
        text = raw
        if charset not in _UTF8 or raw.startswith(_MARKS) or b"\0" in raw:
            decoded = _decoded(raw, charset)
            if decoded is None or "\0" in decoded:
                return None
            text = decoded.encode("utf-8", "surrogatepass")
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return self._broken_json(raw, text, charset)
        is_searched = may_have_credential(text.decode("latin-1"))
        values = self.values if is_searched else structs.replace(self.values, is_searched=False)
        try:
            shown = values.value(value, self.documented)
            if shown == value and not repeats_members(text, value):
                return raw
            return _encoded(orjson.dumps(shown).decode(), charset)
        except (RecursionError, TypeError):  # nested too deeply to be searched or serialized
            return None

    def _broken_json(self, raw: bytes, text: bytes, charset: str) -> bytes | None:
        if len(raw) > MAX_TEXT_BYTES:
            return None
        broken = text.decode("utf-8", "surrogateescape")
        shown = BrokenJson(self.values, self.documented).shown(broken)
        return raw if shown == broken else _encoded(shown, charset)


def repeats_members(raw: bytes, value: object) -> bool:
    """Return whether JSON may have a member several times, of which a value has only the last.

    Raises:
        TypeError: the value is nested too deeply.
    """
    written = orjson.dumps(value)  # many clients write JSON in this form; to compare it costs less than to count
    return raw != written and raw.count(b'"') != written.count(b'"')


def _decoded(raw: bytes, charset: str) -> str | None:
    """Return a body as text; `None` if it is none."""
    try:
        text = decode(raw, ContentType("text/plain", charset or ("utf-16" if raw.startswith(_MARKS) else "")))
    except Unreadable:
        return None
    return text if isinstance(text, str) else None


def _encoded(text: str, charset: str) -> bytes | None:
    """Return a text in the charset of the body; `None` if it cannot be written in it."""
    try:
        return text.encode(charset or "utf-8", "surrogateescape" if charset in _UTF8 else "strict")
    except (LookupError, UnicodeError):
        return None
