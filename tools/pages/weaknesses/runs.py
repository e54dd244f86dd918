"""Fuzz the clients in examples/, as they are and with each weakness."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, Final

from crm_mocks.errors import UsageError
from tools.pages.examples import Example, run_copy

WEAK_COUNT: Final = 1_000
"""Maximum number of responses for a client with a weakness."""

HARDENED_COUNT: Final = 2_000
"""Number of responses for a client as it is."""

_STOP_AFTER: Final = 8
"""Number of groups of weaknesses to look for if the first has another class: one weakness may show in several."""

_FOLDERS: Final = re.compile(r"(?:/[\w.-]+)+/(?=[\w.-]+)")
_ERROR: Final = re.compile(r"^[\w.]*(Error|Exception)\b")
_VERSION: Final = re.compile(r"^Node\.js v")


def fuzz(example: Example, count: int, weakness: str = "", *further: str) -> dict[str, Any]:
    """Fuzz a copy of an example with the command of its README; return the JSON report.

    Args:
        example: an example with a fuzz command.
        count: number of responses.
        weakness: name of the weakness to enable, if any.
        further: additional options.

    Raises:
        UsageError: the client cannot be fuzzed.
    """
    with tempfile.TemporaryDirectory(prefix="crm-mocks-pages-") as scratch:
        report = Path(scratch) / "report.json"
        options = ("--count", str(count), "--json", str(report), "--failures", str(Path(scratch) / "failures"))
        variables = {"WEAKNESS": weakness} if weakness else {}
        done = run_copy(example, example.fuzz_words, (*options, *further), **variables)
        if done.returncode not in (0, 1) or not report.exists():
            raise UsageError(f"the client of {example.folder} cannot be fuzzed:\n{done.stdout}{done.stderr}")
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if found["complaint"]:
        raise UsageError(f"{example.folder}, {weakness or 'as it is'}: {found['complaint']}\n{done.stdout}")
    return found


def weak(example: Example, name: str, kind: str) -> dict[str, Any]:
    """Fuzz a client with a weakness; return the result.

    Args:
        example: the client.
        name: name of the weakness.
        kind: expected class of the weakness.
    """
    found: list[dict[str, Any]] = []
    for enough in (1, _STOP_AFTER):
        found = fuzz(example, WEAK_COUNT, name, "--stop-after", str(enough))["weaknesses"]
        if not found or any(each["weakness"] == kind for each in found):
            break
    if not found:
        return {"found": ""}
    best = next((each for each in found if each["weakness"] == kind), found[0])
    return {
        "found": best["weakness"],
        "found_by": best["found_by"],
        "found_after": round(best["found_after"], 1),
        "runs": best["runs"],
        "differences": best["differences"],
        "answer": f"{best['operation']}, {best['status']} {best['outcome']}",
        "unusual": best["unusual"],
        "allowed": best["allowed"],
        "failures": best["failures"],
        "printed": _error_line(best["did"]["output"]),
    }


def hardened(example: Example) -> dict[str, Any]:
    """Fuzz a client as it is; return the result."""
    report = fuzz(example, HARDENED_COUNT)
    return {
        "answers": report["answers"],
        "seconds": round(report["seconds"], 1),
        "broken": [f"{each['weakness']}: {each['unusual']}" for each in report["weaknesses"]]
        + [f"{each['rule']}: {each['message']}" for each in report["reactions"] if each["standing"] == "fails"],
        "flaky": [each["unusual"] for each in report["flaky"]],
    }


def _error_line(output: str) -> str:
    """Return the line that names an error, or the last line of output, without folders of this machine."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not _VERSION.match(line)]
    line = next((line for line in reversed(lines) if _ERROR.match(line)), lines[-1] if lines else "")
    return _FOLDERS.sub("", line)
