"""Fuzzing the clients of examples/, each as it is and with its weaknesses."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, Final

from crm_mocks.errors import UsageError
from tools.pages.examples import Example, run_copy

WEAK: Final = 1_000
"""Answers that a client with a weakness is given at the most."""

HARDENED: Final = 2_000
"""Answers that a client is given as it is."""

_ENOUGH: Final = 8
"""Weaknesses that are looked for where the first is of another class: what a client has may show in several."""

_FOLDERS: Final = re.compile(r"(?:/[\w.-]+)+/(?=[\w.-]+)")
_ERROR: Final = re.compile(r"^[\w.]*(Error|Exception)\b")
_VERSION: Final = re.compile(r"^Node\.js v")


def fuzz(example: Example, count: int, weakness: str = "", *further: str) -> dict[str, Any]:
    """Fuzz a copy of an example by the command of its README; return the report.

    Args:
        example: one with a command.
        count: of answers.
        weakness: what is to be weak in it, if anything.
        further: options beside those of the README.

    Raises:
        UsageError: it cannot be fuzzed.
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
    """Fuzz a client with a weakness; return what is kept of it.

    Args:
        example: whose client.
        name: of the weakness.
        kind: its class, by which it is to be found.
    """
    found: list[dict[str, Any]] = []
    for enough in (1, _ENOUGH):
        found = fuzz(example, WEAK, name, "--stop-after", str(enough))["weaknesses"]
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
        "printed": _telling_line(best["did"]["output"]),
    }


def hardened(example: Example) -> dict[str, Any]:
    """Fuzz a client as it is; return what is kept of it."""
    report = fuzz(example, HARDENED)
    return {
        "answers": report["answers"],
        "seconds": round(report["seconds"], 1),
        "broken": [f"{each['weakness']}: {each['unusual']}" for each in report["weaknesses"]],
        "flaky": [each["unusual"] for each in report["flaky"]],
    }


def _telling_line(output: str) -> str:
    """Return the line that names an error, or the last that a client printed, without folders of this machine."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not _VERSION.match(line)]
    telling = next((line for line in reversed(lines) if _ERROR.match(line)), lines[-1] if lines else "")
    return _FOLDERS.sub("", telling)
