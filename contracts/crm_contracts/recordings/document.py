"""Parsing of files with recorded traffic: JSON or YAML, possibly compressed, as recorders write them."""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import orjson

from crm_contracts.recordings.compression import Undecodable, decompress
from crm_contracts.recordings.interrupted import complete_entries
from crm_contracts.recordings.plain_yaml import load_plain_yaml
from crm_mocks.bounded_numbers import json_integer
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import MAX_BYTES
from crm_mocks.files.yaml_values import YamlProblem, YamlTooLarge
from crm_mocks.parsing.user_files import read_file

WHAT: Final = "recorded traffic"
_ZIP: Final = b"PK\x03\x04"
_GZIP: Final = b"\x1f\x8b"
_ZLIB: Final = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_ZIP_ERRORS: Final = (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error)
"""What zipfile raises for archives that are broken, encrypted or of an unknown method."""

FindAttachment = Callable[[str], bytes | None]
"""Returns a file that a recording refers to by name, or `None` if there is none."""


@dataclass(frozen=True)
class Document:
    """The content of a file.

    Attributes:
        value: parsed JSON or YAML.
        attachment: finds files that belong to it.
    """

    value: Any
    attachment: FindAttachment


def parse(path: Path) -> Document:
    """Parse a file.

    It may be compressed (mitmproxy's `.zhar`, gzip), or a ZIP archive with a HAR and its bodies (Playwright).

    Raises:
        UsageError: the file cannot be read or parsed.
    """
    raw = read_file(path, WHAT)
    if raw.startswith(_ZIP):
        return _archive(path, raw)
    if raw.startswith((_GZIP, *_ZLIB)):
        raw = _decompressed(path, raw)
    return Document(_value(path, raw), lambda name: _beside(path, name))


def _decompressed(path: Path, raw: bytes) -> bytes:
    try:
        return decompress(raw, ["gzip" if raw.startswith(_GZIP) else "deflate"], MAX_BYTES)
    except Undecodable as error:
        raise UsageError(f"cannot read {path} for {WHAT}: it {error}") from None


def _archive(path: Path, raw: bytes) -> Document:
    try:
        archive = ZipFile(BytesIO(raw))
        name = next((name for name in archive.namelist() if name.endswith(".har")), None)
        document = None if name is None else _member(archive, name)
    except _ZIP_ERRORS:
        raise UsageError(f"cannot read {path} for {WHAT}: the ZIP archive is broken") from None
    if document is None:
        raise UsageError(f"cannot read {path} for {WHAT}: the ZIP archive has no HAR file")

    def attachment(name: str) -> bytes | None:
        try:
            return _member(archive, name)
        except _ZIP_ERRORS:
            return None

    return Document(_value(path, document), attachment)


def _member(archive: ZipFile, name: str) -> bytes | None:
    """Return a member of an archive, or `None` if there is none or it is too large."""
    try:
        member = archive.open(name)
    except KeyError:
        return None
    with member:
        content = member.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else None


def _beside(path: Path, name: str) -> bytes | None:
    """Return a file in the same folder, or `None` if there is none."""
    if Path(name).name != name:  # a recording must not reach other folders
        return None
    try:
        return read_file(path.parent / name, WHAT, regular=True)
    except (UsageError, ValueError):
        return None


def _value(path: Path, raw: bytes) -> Any:
    text = _without_bom(raw)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.lstrip()[:1] not in (b"{", b"["):
            return _yaml(path, text)
        reason = str(error)
    decoded = text.decode("utf-8", "surrogateescape")
    with suppress(ValueError, RecursionError):  # lone surrogates, as mitmproxy writes them, and bytes that are no UTF-8
        return json.loads(decoded, strict=False, parse_int=json_integer)
    with suppress(YamlProblem):  # YAML in flow style starts like JSON
        return load_plain_yaml(text)
    complete = complete_entries(decoded)
    if complete is None:
        raise UsageError(f"{path} is not JSON: {reason}") from None
    return complete


def _without_bom(raw: bytes) -> bytes:
    """Return UTF-8 without a byte order mark; PowerShell redirects output as UTF-16."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16").encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return raw
    return raw.removeprefix(codecs.BOM_UTF8)


def _yaml(path: Path, raw: bytes) -> Any:
    try:
        return load_plain_yaml(raw)
    except YamlTooLarge as error:
        raise UsageError(f"cannot read {path} for {WHAT}: {error.with_line}") from None
    except YamlProblem as error:
        reason = error.with_line
    start, _, _ = raw.rpartition(b"\n- ")  # the recorder was interrupted within an interaction
    with suppress(YamlProblem):
        document = load_plain_yaml(start)
        if isinstance(document, dict | list):
            return document
    raise UsageError(f"{path} is neither JSON nor YAML: {reason}") from None
