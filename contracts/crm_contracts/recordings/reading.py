"""Reading a file of recorded traffic, of whatever kind."""

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
from crm_mocks.parsing.user_files import read_file

WHAT: Final = "recorded traffic"
_KINDS: Final[tuple[tuple[str, Callable[[Mapping[str, Any], str], Exchange]], ...]] = (
    ("entries", har.exchange),
    ("interactions", cassette.exchange),
    ("http_interactions", cassette.exchange),
    ("requests", journal.exchange),
)
"""The member in which each kind of file has its exchanges, and what reads one of them."""


def read(path: Path) -> Iterator[Exchange]:
    """Yield the exchanges of a file, in its order.

    Which kind it is of is told from what stands in it: HAR 1.2, a cassette of VCR (vcrpy, Ruby's vcr, schemathesis) in
    YAML or JSON, or the journal as `GET /__admin/requests` gives it.

    Raises:
        UsageError: the file cannot be read or is none of these, or an exchange in it has another form; those before it
            have been yielded then.
    """
    document = _parsed(path)
    inner = document.get("log", document)  # only a HAR has it
    for member, exchange in _KINDS:
        if isinstance(inner, Mapping) and member in inner:
            yield from _exchanges(path, inner[member], exchange)
            return
    raise UsageError(f"{path} is neither a HAR, a VCR cassette nor a journal of ours")


def _exchanges(path: Path, entries: Any, exchange: Callable[[Mapping[str, Any], str], Exchange]) -> Iterator[Exchange]:
    number = 0
    try:
        for number, entry in enumerate(array(entries, "its list of exchanges"), 1):
            yield exchange(mapping(entry, "an exchange"), f"{path.name}, entry {number}")
    except MalformedRecording as error:
        where = f", entry {number}" if number else ""
        raise UsageError(f"cannot read {path}{where}: {error}") from None


def _parsed(path: Path) -> Mapping[str, Any]:
    """Return what a file of JSON or YAML holds."""
    raw = read_file(path, WHAT).removeprefix(b"\xef\xbb\xbf")  # some browsers begin a HAR with a byte order mark
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if raw.lstrip()[:1] in (b"{", b"["):
            raise UsageError(f"{path} is not JSON: {error}") from None
        document = _yaml(path, raw)
    if not isinstance(document, Mapping):
        raise UsageError(f"{path} is neither a HAR, a VCR cassette nor a journal of ours")
    return document


def _yaml(path: Path, raw: bytes) -> Any:
    try:
        return load_yaml(raw)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{path} is neither JSON nor YAML: {reason}") from None
