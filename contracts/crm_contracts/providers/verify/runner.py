"""Running schemathesis against a provider."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.environment import environment
from crm_contracts.providers.verify.lack_of_memory import check_end
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.provider import Provider
from crm_contracts.providers.verify.subprocess_task import VARIABLE, Task
from crm_mocks.countdown import WAIT_SECONDS, Countdown
from crm_mocks.errors import UsageError
from crm_mocks.vendor_sources import active
from crm_mocks.watchdog import marked

STATEFUL: Final = "stateful"
PHASES: Final = ("examples", "coverage", "fuzzing", STATEFUL)
"""Phases of schemathesis, in order."""

_CONFIGURATION: Final = Path(__file__).parent / "schemathesis.toml"
_NO_OTHER_METHODS: Final = "\n[phases.coverage]\nunexpected-methods = []\n"
_HOOKS: Final = "crm_contracts.providers.verify.hooks"
_ERRORS: Final = re.compile(r"^=+ ERRORS =+$(.*?)^=+ [A-Z]", re.MULTILINE | re.DOTALL)
_ERROR: Final = re.compile(
    r"^_{3,} (.+?) _{3,}$\s*(?P<kind>[^\n]*)\n\s*"
    r"(?:Traceback \(most recent call last\):\n(?: {6}[^\n]*\n)*\s*)?(?P<reason>[^\n]*)",
    re.MULTILINE,
)
_ERRORED: Final = re.compile(r"^\s+Errored:\s+(\d+)\s*$", re.MULTILINE)
_IDLE_SECONDS: Final = 60.0
"""Time without a request after which a run is stopped, in addition to ten times the time limit of a response."""


@dataclass(frozen=True)
class SchemathesisResult:
    """Result of a run.

    Attributes:
        passed: no check failed.
        case_counts: cases by operation.
        output: of schemathesis; it may quote requests.
    """

    passed: bool
    case_counts: CaseCounts
    output: str

    @property
    def errors(self) -> list[str]:
        """What schemathesis could not test completely, each with the reason if it gives one."""
        section = _ERRORS.search(self.output)
        found = [
            f"{match[1]} ({': '.join(filter(None, (match['kind'].strip(), match['reason'].strip())))})"
            for match in _ERROR.finditer(section[1] if section else "")
        ]
        number = _ERRORED.search(self.output)
        return found or ([f"{number[1]} operations"] if number else [])


@dataclass(frozen=True)
class VerifyScope:
    """Scope of a run.

    Attributes:
        examples: maximum number of generated cases per operation and phase.
        seed: of the cases.
        phases: of schemathesis, separated by commas; empty for all.
        valid_only: an operationId, to send only valid generated cases of that operation; empty for all cases.
        seconds: time limit for a complete response.
        interval: seconds between the starts of two requests.
        only: operationId, method and path of the operations that may be called; `None` for all.
        tag: text that marks created records; empty for none.
        tested: operationIds to test; `None` for all that may be called.
    """

    examples: int
    seed: int
    phases: str = ""
    valid_only: str = ""
    seconds: float = 30.0
    interval: float = 0.0
    only: tuple[tuple[str, str, str], ...] | None = None
    tag: str = ""
    tested: tuple[str, ...] | None = None

    def options(self) -> list[str]:
        """Return the options of schemathesis."""
        options = ["--max-examples", str(self.examples), "--seed", str(self.seed), "--continue-on-failure"]
        options += ["--request-timeout", str(self.seconds), "--max-redirects", "0"]
        if self.valid_only:
            return [*options, "--include-operation-id", self.valid_only, "--phases", "fuzzing", "--mode", "positive"]
        tested = tuple(name for name, _, _ in self.only or ()) if self.tested is None else self.tested
        options += [part for name in tested for part in ("--include-operation-id", name)]
        return [*options, "--phases", self.phases] if self.phases else options


def check_installed() -> None:
    """Raise `UsageError` if schemathesis is not installed."""
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError("schemathesis is not installed: pip install 'crm-mocks[verify]'")


def run(
    provider: Provider, scope: VerifyScope, log: Path | None = None, tick: Callable[[], None] = lambda: None
) -> SchemathesisResult:
    """Run schemathesis with all its checks and ours.

    Args:
        provider: to verify.
        scope: of the run.
        log: file of an `ObservationLog`; `None` to keep none.
        tick: called about every second.

    Raises:
        UsageError: schemathesis is not installed.
        CrmMocksError: it could not start, or ended for want of memory.
    """
    check_installed()
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        case_counts, log = folder / "case_counts.json", log or folder / "log"
        log.touch(mode=0o600)
        _task(provider, scope, case_counts, log).write(folder / "task.json")
        configuration = folder / "schemathesis.toml"
        extra = "" if scope.only is None else _NO_OTHER_METHODS
        configuration.write_text(_CONFIGURATION.read_text("utf-8") + extra, "utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # our own command, without a shell
                [*command, provider.contract, "--url", provider.url, *scope.options()],
                env=marked(_environment(provider, folder / "task.json")),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
            exit_code = _wait(process, log, _IDLE_SECONDS + 10 * scope.seconds, tick)
        printed = (folder / "output").read_text("utf-8", "replace")
        if exit_code is not None:
            check_end(exit_code, printed, ready=case_counts.exists())
        return SchemathesisResult(exit_code == 0, CaseCounts.read(case_counts), printed)


def _task(provider: Provider, scope: VerifyScope, case_counts: Path, log: Path) -> Task:
    return Task(
        provider.vendor,
        provider.url,
        dict(provider.credentials),
        str(case_counts),
        str(log),
        settings=dict(provider.settings),
        seconds=scope.seconds,
        interval=scope.interval,
        only=None if scope.only is None else tuple((method, path) for _, method, path in scope.only),
        tag=scope.tag,
        data=dict(provider.data),
        ca_file=None if provider.ca_file is None else str(provider.ca_file.absolute()),
        vendor_sources=active().as_json(),
    )


def _environment(provider: Provider, task: Path) -> dict[str, str]:
    # NETRC keeps `requests` from reading credentials from .netrc.
    variables = {"NO_COLOR": "1", "NETRC": os.devnull, "SCHEMATHESIS_HOOKS": _HOOKS, VARIABLE: str(task)}
    if provider.ca_file is not None:
        variables["REQUESTS_CA_BUNDLE"] = str(provider.ca_file.absolute())
    return environment(provider.url, **variables)


def _wait(process: subprocess.Popen[bytes], log: Path, idle_seconds: float, tick: Callable[[], None]) -> int | None:
    """Wait for a run and return its exit code; stop it if it sends nothing for `idle_seconds`, and return `None`.

    A run changes its log also when it has finished with an operation for which it sends nothing.
    """
    last_change, idle = (-1, -1), Countdown(idle_seconds)
    try:
        while True:
            try:
                return process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                tick()
                status = log.stat()
                change = status.st_size, status.st_mtime_ns
                if change != last_change:
                    last_change, idle = change, Countdown(idle_seconds)
                elif idle.left() <= 0:
                    with ObservationLog(log) as observations:
                        observations.complaint(f"nothing was sent for {idle_seconds:.0f} s, so the run was stopped")
                    return None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
