"""Reading files of recorded traffic in any supported format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings import cassette, har
from crm_contracts.recordings.document import Document, FindAttachment, parse
from crm_contracts.recordings.interrupted import INTERRUPTED
from crm_contracts.recordings.journal import entries as journal
from crm_contracts.recordings.journal.lines import NO_SETTINGS, is_journal_file, lines_of
from crm_contracts.recordings.postman import collection as postman
from crm_contracts.recordings.values import MalformedRecording, array, mapping
from crm_mocks.errors import UsageError

_ReadExchange = Callable[[Mapping[str, Any], str, FindAttachment], Exchange]

_FORMATS: Final[tuple[tuple[str, _ReadExchange], ...]] = (
    ("entries", har.exchange_of),
    ("interactions", cassette.exchange_of),
    ("http_interactions", cassette.exchange_of),
    ("requests", journal.exchange_of),
)
"""Member with the list of exchanges, and reader of one exchange, by format."""


def read(path: Path, note: Callable[[str], None]) -> Iterator[Exchange]:
    """Yield the exchanges of a file in order.

    The format is detected by the content: HAR, a cassette (vcrpy, betamax, Ruby's vcr, PHP-VCR, go-vcr, schemathesis)
    in YAML or JSON, the journal as `--journal` writes it or `GET /__admin/requests` returns it, or a Postman
    collection, of which the saved responses are exchanges. An exchange that cannot be read is skipped.

    Args:
        path: path of the file.
        note: called with a sentence about each exchange that was skipped.

    Raises:
        UsageError: the file cannot be read or has another format, or none of its exchanges can be read.

    Example:
        >>> exchanges = list(read(Path("traffic.har"), print))
    """
    return (exchange for _, exchange in read_with_settings(path, note))


def read_with_settings(path: Path, note: Callable[[str], None]) -> Iterator[tuple[Mapping[str, Any], Exchange]]:
    """Yield exchanges as `read` does, each with the settings that it was recorded under, as far as a journal has them.

    Settings are by `<section>.<name>`; equal ones are one object.
    """
    if not is_journal_file(path):
        yield from ((NO_SETTINGS, exchange) for exchange in read_document(path, parse(path), note))
        return
    latest: Mapping[str, Any] = NO_SETTINGS

    def entries() -> Iterator[tuple[str, Any]]:
        nonlocal latest
        for line in lines_of(path, note):
            latest = line.settings
            yield f"line {line.number}", line.exchange

    for exchange in _read_entries(path, entries(), journal.exchange_of, note):
        yield latest, exchange


def read_document(path: Path, document: Document, note: Callable[[str], None]) -> Iterator[Exchange]:
    """Yield the exchanges of a file that was parsed; like `read`."""
    entries, exchange_of = _format(path, document.value)
    numbered = ((f"entry {number}", entry) for number, entry in enumerate(entries, 1))

    def read_entry(entry: Mapping[str, Any], source: str) -> Exchange:
        return exchange_of(entry, source, document.attachment)

    return _read_entries(path, numbered, read_entry, note)


def _read_entries(
    path: Path,
    entries: Iterable[tuple[str, Any]],
    exchange_of: Callable[[Mapping[str, Any], str], Exchange],
    note: Callable[[str], None],
) -> Iterator[Exchange]:
    """Yield the exchanges of entries with their places in the file; skip those that cannot be read."""
    failure, count = "", 0
    for place, entry in entries:
        source = f"{path.name}, {place}"
        try:
            if entry == INTERRUPTED:
                raise MalformedRecording(INTERRUPTED)
            exchange = exchange_of(mapping(entry, "an exchange"), source)
        except MalformedRecording as error:
            failure = failure or f"cannot read {path}, {place}: {error}"
            note(f"{source}: skipped, {error}")
            continue
        count += 1
        yield exchange
    if failure and not count:
        raise UsageError(failure)


def _format(path: Path, document: Any) -> tuple[list[Any], _ReadExchange]:
    """Return the entries of a document, and the reader of one.

    Raises:
        UsageError: the format is unknown.
    """
    if isinstance(document, list) and _is_interaction(document[:1]):  # PHP-VCR, ExVCR
        return document, cassette.exchange_of
    try:
        collection = postman.collection_of(document)
        if collection is not None:
            return postman.entries(collection), postman.exchange_of
    except UsageError as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    inner = document.get("log", document) if isinstance(document, Mapping) else None  # only HAR has this member
    for member, exchange_of in _FORMATS:
        if isinstance(inner, Mapping) and member in inner:
            try:
                return array(inner[member], "its list of exchanges"), exchange_of
            except MalformedRecording as error:
                raise UsageError(f"cannot read {path}: {error}") from None
    raise UsageError(f"{path} is not a HAR file, VCR cassette, journal of the mocks or Postman collection")


def _is_interaction(first: list[Any]) -> bool:
    return bool(first) and isinstance(first[0], Mapping) and {"request", "response"} <= first[0].keys()
