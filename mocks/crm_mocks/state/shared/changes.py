"""Changes as bytes. Reading them never executes code, unlike pickle."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from crm_mocks.state.shared.transaction import Change

_MESSAGE_PACK: Final = b"m"
_JSON: Final = b"j"
"""For integers of more than 64 bits, and strings with lone surrogates."""

_BYTES: Final = "$bytes"


def encode_changes(changes: Iterable[Change], time: float) -> bytes:
    """Return changes as bytes.

    Args:
        changes: the changes.
        time: time of the changes, in seconds since 1970 by the server's time.
    """
    content = [time, list(changes)]
    try:
        return _MESSAGE_PACK + msgspec.msgpack.encode(content)
    except (OverflowError, UnicodeError, ValueError):
        return _JSON + json.dumps(content, default=_tagged).encode("ascii")


def decode_changes(data: bytes) -> tuple[float, list[Change]]:
    """Return the time and the changes that `encode_changes` was given."""
    kind, content = data[:1], data[1:]
    if kind == _MESSAGE_PACK:
        time, changes = msgspec.msgpack.decode(content)
    else:
        time, changes = json.loads(content, object_hook=_untagged)
    return time, changes


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, bytes):
        return {_BYTES: b64encode(value).decode()}
    raise TypeError(f"changes have no {type(value).__name__}")


def _untagged(value: dict[str, Any]) -> Any:
    return b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value
