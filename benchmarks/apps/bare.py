"""The limit: a bare ASGI application that decodes and validates the body, and answers a fixed body; nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

_given = json.loads(Path(os.environ["BENCH_APP"]).read_bytes())
_PATH: str = _given["path"]
_KEY: bytes = _given["key"].encode()
_ANSWER = orjson.dumps(_given["answer"])
_VALIDATOR = jsonschema_rs.Draft4Validator(_given["schema"], validate_formats=True)
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_ANSWER))]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer 200 to a valid body with the right key, else 400 or 401."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if scope["path"] != _PATH:
        status = 404
    elif dict(scope["headers"]).get(b"x-api-key") != _KEY:
        status = 401
    else:
        status = 200 if _valid(body) else 400
    headers = _HEADERS if status == 200 else [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": _ANSWER if status == 200 else b""})


def _valid(body: bytes) -> bool:
    try:
        return _VALIDATOR.is_valid(orjson.loads(body))
    except orjson.JSONDecodeError:
        return False
