"""Reproductions: a response as a file that the mocks serve again."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.weakness import Weakness
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.files import read_json
from crm_contracts.report.files import write
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault

TOOL: Final = "crm-mocks fuzz"
_SEPARATOR: Final = re.compile(r"[^A-Za-z0-9]+")
_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9 ._]", re.IGNORECASE)
"""Characters whose difference a file's name does not show, such as the sign of a number."""

_LONGEST_NAME: Final = 80


def document(weakness: Weakness, command: Sequence[str], seed: int) -> dict[str, Any]:
    """Return a reproduction: the body of `POST /__admin/responses` with metadata about the response.

    Args:
        weakness: the weakness.
        command: the client program.
        seed: seed of the campaign.
    """
    response = weakness.response
    return {
        **weakness.result.case.as_queued(),
        "metadata": {
            "made_by": TOOL,
            "weakness": weakness.name,
            "unusual": response.unusual,
            "outcome": response.outcome,
            "kind": response.kind,
            "allowed": response.allowed,
            "failures": list(weakness.result.failures),
            "command": list(command),
            "seed": seed,
        },
    }


def keep(weakness: Weakness, folder: Path, command: Sequence[str], seed: int) -> Weakness:
    """Write a reproduction; return the weakness with its path.

    Args:
        weakness: the weakness.
        folder: where to write it; created if it is missing.
        command: the client program.
        seed: seed of the campaign.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}") from None
    path = folder / f"{_name(weakness)}.json"
    write(path, f"{json.dumps(document(weakness, command, seed), indent=2, ensure_ascii=False)}\n", "the reproduction")
    return replace(weakness, path=path)


def _name(weakness: Weakness) -> str:
    """Return a name for the files that is the same for the same response, and differs for any other."""
    case = weakness.result.case
    words = f"{case.operation} {weakness.response.outcome} {case.unusual}"
    name = _SEPARATOR.sub("_", words).strip("_").lower()
    if len(name) <= _LONGEST_NAME and not _NOT_IN_NAME.search(words):
        return name
    digest = hashlib.sha256(json.dumps(case.as_queued(), sort_keys=True).encode()).hexdigest()
    return f"{name[:_LONGEST_NAME].strip('_')}_{digest[:8]}"


def read(path: Path) -> FuzzCase:
    """Return the case of a reproduction.

    Raises:
        UsageError: the file cannot be read, or is no reproduction.
    """
    values = read_json(path, "the reproduction")
    try:
        return _case(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} is no reproduction, which {TOOL} writes: {error!r}") from None


def _case(values: dict[str, Any]) -> FuzzCase:
    metadata = values["metadata"]
    if values["times"] not in (1, None):
        raise ValueError("'times' must be 1 or null")
    return FuzzCase(
        GeneratedResponse(
            operation=str(values["operation"]),
            unusual=str(metadata["unusual"]),
            allowed=bool(metadata["allowed"]),
            kind=MutationKind(metadata["kind"]),
            outcome=str(metadata["outcome"]),
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
