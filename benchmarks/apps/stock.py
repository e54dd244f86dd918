"""Stock connexion, as its documentation shows it, with response validation on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import connexion

_given = json.loads(Path(os.environ["BENCH_APP"]).read_bytes())


def _known(apikey: str, **_: Any) -> dict[str, Any] | None:
    return {"sub": apikey} if apikey == _given["key"] else None


async def answer_async(body: Any) -> Any:
    """Answer the fixed body."""
    assert body
    return _given["answer"]


def answer(body: Any) -> Any:
    """Answer the fixed body."""
    assert body
    return _given["answer"]


def _document(handler: str) -> dict[str, Any]:
    document: dict[str, Any] = _given["document"]
    for item in document["paths"].values():
        for operation in item.values():
            operation["operationId"] = f"benchmarks.apps.stock.{handler}"
    for scheme in document["components"]["securitySchemes"].values():
        scheme["x-apikeyInfoFunc"] = "benchmarks.apps.stock._known"
    return document


def make_async() -> Any:
    """connexion's AsyncApp."""
    made = connexion.AsyncApp("bench")
    made.add_api(_document("answer_async"), validate_responses=True)
    return made


def make_flask() -> Any:
    """connexion's FlaskApp."""
    made = connexion.FlaskApp("bench")
    made.add_api(_document("answer"), validate_responses=True)
    return made
