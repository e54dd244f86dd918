"""Read files of recorded traffic and Postman collections as samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.secrets import Secrets
from crm_contracts.learn.sample import Sample, segments_of
from crm_contracts.recordings.document import parse
from crm_contracts.recordings.journal.lines import is_journal_file
from crm_contracts.recordings.postman import collection as postman
from crm_contracts.recordings.reading import read, read_document
from crm_contracts.recordings.values import MalformedRecording
from crm_mocks.errors import UsageError
from crm_mocks.redaction import Redaction


def read_samples(path: Path, note: Callable[[str], None]) -> list[Sample]:
    """Return the requests and responses of a file.

    Args:
        path: path of a HAR file, cassette, journal of the mocks or Postman collection.
        note: called with a sentence about each exchange that was skipped.

    Raises:
        UsageError: the file cannot be read or has another format, or has no request.
    """
    secrets = Secrets(Redaction(is_open=True))  # the contract is only being drafted
    samples = [sample for each in _requests(path, note) if (sample := _sample(each, secrets)) is not None]
    if not samples:
        raise UsageError(f"there is no traffic in {path}: it has no HTTP request")
    return samples


def _requests(path: Path, note: Callable[[str], None]) -> Iterator[postman.CollectionRequest]:
    if is_journal_file(path):
        return map(postman.CollectionRequest, read(path, note))
    document = parse(path)
    try:
        collection = postman.collection_of(document.value)
        if collection is not None:
            return _of_collection(path, postman.entries(collection), note)
    except UsageError as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    return map(postman.CollectionRequest, read_document(path, document, note))


def _of_collection(
    path: Path, entries: list[dict[str, Any]], note: Callable[[str], None]
) -> Iterator[postman.CollectionRequest]:
    for number, entry in enumerate(entries, 1):
        source = f"{path.name}, entry {number}"
        try:
            yield postman.request_of(entry, source)
        except MalformedRecording as error:
            note(f"{source}: skipped, {error}")


def _sample(request: postman.CollectionRequest, secrets: Secrets) -> Sample | None:
    """Return a request as a sample; `None` if it never became a request, or has no URL of HTTP."""
    exchange: Exchange = request.exchange
    try:
        parts = urlsplit(exchange.url)
        segments = segments_of(exchange.url)
    except ValueError:
        return None
    if exchange.rejections is not None or parts.scheme not in ("", "http", "https"):
        return None
    is_collection = bool(request.url.segments)
    # What has no origin may begin with `//`, which `urlsplit` takes for one.
    if request.url.segments not in ((), ("",)):
        segments = request.url.segments
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    return Sample(
        exchange,
        origin,
        segments,
        request.url.names if segments and is_collection else ("",) * len(segments),
        secrets.redacted(exchange).exchange,
        request if request.name or is_collection else None,
    )
