"""Reading files of recorded traffic in any supported format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings import cassette, har, journal
from crm_contracts.recordings.values import MalformedRecording, array, mapping
from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import UsageError
from crm_mocks.parsing.media_types import without_byte_order_mark
from crm_mocks.parsing.user_files import read_file

WHAT: Final = "recorded traffic"
_FORMATS: Final[tuple[tuple[str, Callable[[Mapping[str, Any], str], Exchange]], ...]] = (
    ("entries", har.exchange),
    ("interactions", cassette.exchange),
    ("http_interactions", cassette.exchange),
    ("requests", journal.exchange),
)
"""Member with the list of exchanges, and reader of one exchange, by format."""


def read(path: Path) -> Iterator[Exchange]:
    """Yield the exchanges of a file in order.

    The format is detected by the content: HAR 1.2, a VCR cassette (vcrpy, Ruby's vcr, schemathesis) in YAML or JSON, or
    the journal as `GET /__admin/requests` returns it. For example, `list(read(Path("traffic.har")))`.

    Raises:
        UsageError: the file cannot be read or has another format, or an exchange is malformed; those before it have
            been yielded.
    """
    document = _parsed(path)
    inner = document.get("log", document)  # only HAR has this member
    for member, exchange in _FORMATS:
        if isinstance(inner, Mapping) and member in inner:
            yield from _exchanges(path, inner[member], exchange)
            return
    raise UsageError(f"{path} is not a HAR file, VCR cassette or journal of the mocks")


def _exchanges(path: Path, entries: Any, exchange: Callable[[Mapping[str, Any], str], Exchange]) -> Iterator[Exchange]:
    number = 0
    try:
        for number, entry in enumerate(array(entries, "its list of exchanges"), 1):
            yield exchange(mapping(entry, "an exchange"), f"{path.name}, entry {number}")
    except MalformedRecording as error:
        entry_number = f", entry {number}" if number else ""
        raise UsageError(f"cannot read {path}{entry_number}: {error}") from None


def _parsed(path: Path) -> Mapping[str, Any]:
    """Return the document in a JSON or YAML file."""
    raw = without_byte_order_mark(read_file(path, WHAT))  # some browsers write a byte order mark
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if raw.lstrip()[:1] in (b"{", b"["):
            raise UsageError(f"{path} is not JSON: {error}") from None
        document = _yaml(path, raw)
    if not isinstance(document, Mapping):
        raise UsageError(f"{path} is not a HAR file, VCR cassette or journal of the mocks")
    return document


def _yaml(path: Path, raw: bytes) -> Any:
    try:
        return load_yaml(raw)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{path} is neither JSON nor YAML: {reason}") from None
