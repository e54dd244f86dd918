"""Reproductions: an answer as a file that the mocks give again, and a test that fails until the client is mended."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.fuzz.program.model import Weakness
from crm_contracts.fuzz.program.rules import Judge
from crm_contracts.fuzz.program.written_test import Way, text_of
from crm_contracts.judge.files import read_json
from crm_contracts.report.files import write
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault

TOOL: Final = "crm-mocks fuzz"
_NO_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
_LOST: Final = re.compile(r"[^a-z0-9 ._]", re.IGNORECASE)
"""What makes a difference that a file's name does not show, such as the sign of a number."""

_LONGEST_NAME: Final = 80


def document(weakness: Weakness, command: Sequence[str], seed: int) -> dict[str, Any]:
    """Return the reproduction: the body of `POST /__admin/responses`, with what is known of the answer.

    Args:
        weakness: what was found.
        command: the client program.
        seed: that it was found under.
    """
    answer = weakness.answer
    return {
        **weakness.trial.attempt.as_queued(),
        "metadata": {
            "made_by": TOOL,
            "weakness": weakness.name,
            "unusual": answer.unusual,
            "outcome": answer.outcome,
            "kind": answer.kind,
            "allowed": answer.allowed,
            "failures": list(weakness.trial.failures),
            "command": list(command),
            "seed": seed,
        },
    }


def keep(weakness: Weakness, folder: Path, way: Way, judge: Judge, seed: int) -> Weakness:
    """Write a reproduction and its test; return the weakness with their paths.

    Args:
        weakness: what was found.
        folder: where to; made if need be.
        way: how the client was run.
        judge: who judged it.
        seed: that it was found under.

    Raises:
        UsageError: they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}") from None
    name = _name(weakness)
    path, test_path = folder / f"{name}.json", folder / f"test_{name}.py"
    text = json.dumps(document(weakness, way.command, seed), indent=2, ensure_ascii=False)
    write(path, f"{text}\n", "the reproduction")
    write(test_path, text_of(weakness, path.name, way, judge), "the test")
    return replace(weakness, path=path, test=test_path)


def _name(weakness: Weakness) -> str:
    """Return a name for the files, the same for the same answer, and another one for another."""
    attempt = weakness.trial.attempt
    words = f"{weakness.answer.operation} {weakness.answer.outcome} {attempt.unusual}"
    name = _NO_WORD.sub("_", words).strip("_").lower()
    if len(name) <= _LONGEST_NAME and not _LOST.search(words):
        return name
    digest = hashlib.sha256(json.dumps(attempt.as_queued(), sort_keys=True).encode()).hexdigest()
    return f"{name[:_LONGEST_NAME].strip('_')}_{digest[:8]}"


def read(path: Path) -> Attempt:
    """Return the answer that a reproduction holds.

    Raises:
        UsageError: the file cannot be read, or is no reproduction.
    """
    values = read_json(path, "the reproduction")
    try:
        return _attempt(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} is no reproduction, which {TOOL} writes: {error!r}") from None


def _attempt(values: dict[str, Any]) -> Attempt:
    about = values["metadata"]
    if values["times"] not in (1, None):
        raise ValueError("it is given once or always")
    return Attempt(
        FuzzedAnswer(
            operation=str(values["operation"]),
            unusual=str(about["unusual"]),
            allowed=bool(about["allowed"]),
            kind=Kind(about["kind"]),
            outcome=str(about["outcome"]),
            status=int(values["status"]),
            headers=tuple((str(name), str(value)) for name, value in values["headers"]),
            body=b64decode(values["body_base64"], validate=True),
            chunked=bool(values.get("chunked")),
            fault=Fault(values["fault"]) if "fault" in values else None,
            delay_ms=int(values.get("delay_ms", 0)),
            phase=str(values["phase"]),
        ),
        always=values["times"] is None,
    )
