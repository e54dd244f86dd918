"""One run of schemathesis against one provider."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.environment import environment
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.provider import Provider
from crm_contracts.providers.verify.subprocess_task import VARIABLE, Task
from crm_mocks.errors import UsageError

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
"""Of schemathesis, in order."""

_CONFIGURATION: Final = Path(__file__).parent / "schemathesis.toml"
_NO_OTHER_METHODS: Final = "\n[phases.coverage]\nunexpected-methods = []\n"
_HOOKS: Final = "crm_contracts.providers.verify.hooks"
_ERRORED: Final = re.compile(r"^\s+Errored:\s+(\d+)\s*$", re.MULTILINE)
_SILENCE: Final = 60.0
"""Seconds without a request, beside ten times those that an answer may take, after which a run is stopped."""


@dataclass(frozen=True)
class SchemathesisResult:
    """What came of a run.

    Attributes:
        passed: no check failed.
        figures: cases by operation.
        output: what schemathesis printed; it may quote what was sent.
    """

    passed: bool
    figures: CaseCounts
    output: str

    @property
    def errors(self) -> int:
        """How many operations schemathesis could not try to the end."""
        found = _ERRORED.search(self.output)
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class VerifyScope:
    """How much is tried, and how.

    Attributes:
        examples: most generated cases per operation and phase.
        seed: of the cases.
        phases: schemathesis' phases, with commas between them; without any, all.
        valid_only: an operationId, of which only generated cases that keep to the contract are sent; all cases of all
            operations otherwise.
        seconds: that an answer may take.
        interval: seconds between two requests.
        only: operationId, method and path of the operations that may be called; without it, all may.
        tag: text by which what is created can be found; empty for none.
    """

    examples: int
    seed: int
    phases: str = ""
    valid_only: str = ""
    seconds: float = 30.0
    interval: float = 0.0
    only: tuple[tuple[str, str, str], ...] | None = None
    tag: str = ""

    def options(self) -> list[str]:
        """Return schemathesis' options."""
        options = ["--max-examples", str(self.examples), "--seed", str(self.seed), "--continue-on-failure"]
        options += ["--request-timeout", str(self.seconds), "--max-redirects", "0"]
        if self.valid_only:
            return [*options, "--include-operation-id", self.valid_only, "--phases", "fuzzing", "--mode", "positive"]
        options += [part for name, _, _ in self.only or () for part in ("--include-operation-id", name)]
        return [*options, "--phases", self.phases] if self.phases else options


def check_installed() -> None:
    """Make sure that schemathesis is there.

    Raises:
        UsageError: it is not.
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError("schemathesis is not installed: pip install 'crm-mocks[verify]'")


def run(provider: Provider, extent: VerifyScope, notes: Path | None = None) -> SchemathesisResult:
    """Run schemathesis with all its checks and ours.

    Args:
        provider: what to hold to its contract.
        extent: how much to try.
        notes: file for all that is seen, see `observations`; without it nothing is kept.

    Raises:
        UsageError: schemathesis is not installed.
    """
    check_installed()
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        figures, noted = folder / "figures.json", notes or folder / "notes"
        noted.touch(mode=0o600)
        _task(provider, extent, figures, noted).write(folder / "task.json")
        configuration = folder / "schemathesis.toml"
        more = "" if extent.only is None else _NO_OTHER_METHODS
        configuration.write_text(_CONFIGURATION.read_text("utf-8") + more, "utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
                [*command, provider.contract, "--url", provider.url, *extent.options()],
                env=_environment(provider, folder / "task.json"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
            code = _end(process, noted, _SILENCE + 10 * extent.seconds)
        return SchemathesisResult(
            code == 0, CaseCounts.read(figures), (folder / "output").read_text("utf-8", "replace")
        )


def _task(provider: Provider, extent: VerifyScope, figures: Path, notes: Path) -> Task:
    return Task(
        provider.vendor,
        provider.url,
        dict(provider.credentials),
        str(figures),
        str(notes),
        settings=dict(provider.settings),
        seconds=extent.seconds,
        interval=extent.interval,
        only=None if extent.only is None else tuple((method, path) for _, method, path in extent.only),
        tag=extent.tag,
    )


def _environment(provider: Provider, task: Path) -> dict[str, str]:
    # Credentials are those given: none of a .netrc that `requests` would find.
    more = {"NO_COLOR": "1", "NETRC": os.devnull, "SCHEMATHESIS_HOOKS": _HOOKS, VARIABLE: str(task)}
    if provider.ca_file is not None:
        more["REQUESTS_CA_BUNDLE"] = str(provider.ca_file.absolute())
    return environment(provider.url, **more)


def _end(process: subprocess.Popen[bytes], notes: Path, patience: float) -> int:
    """Return the exit code of a run, which is stopped when it has sent nothing for longer than patience."""
    seen, since = -1, time.monotonic()
    try:
        while True:
            try:
                return process.wait(1)
            except subprocess.TimeoutExpired:
                size = notes.stat().st_size
                if size != seen:
                    seen, since = size, time.monotonic()
                elif time.monotonic() - since > patience:
                    with ObservationLog(notes) as noted:
                        noted.complaint(f"nothing was sent for {patience:.0f} s, so the run was stopped")
                    return 1
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
