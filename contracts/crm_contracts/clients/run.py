"""`crm-mocks run`: run a command under the mocks, in a session with a port of its own, and judge its requests."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crm_contracts.clients.environment import environment, write_session_ready_file
from crm_contracts.clients.process import ExitStatus, run
from crm_contracts.judge import baseline
from crm_contracts.judge.allow import allow
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.checked import require_requests
from crm_contracts.judge.merge import merge
from crm_contracts.judge.nested_verdicts import VARIABLE, passed_on
from crm_contracts.judge.sessions.session_verdicts import verdict_on
from crm_contracts.judge.verdict import Verdict
from crm_mocks import Mocks, serve
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.watchdog import watchdog

SESSION: Final = "run"
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True)
class RunOptions:
    """Options of `crm-mocks run`.

    Attributes:
        command: program and arguments.
        serving: keywords of `crm_mocks.serve`.
        vendors: vendors whose operations coverage counts; if empty, it counts the operations called.
        allow: names of allowed violations.
        baseline: known findings.
        seconds: time limit of the command.
        trust: make common HTTP libraries trust the generated certificate authority.
        allow_no_requests: pass although no request came.
    """

    command: Sequence[str]
    serving: Mapping[str, Any] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    seconds: float = 300.0
    trust: bool = False
    allow_no_requests: bool = False


@dataclass(frozen=True)
class ClientRun:
    """A finished run.

    Attributes:
        verdict: verdict on all requests; its complaints state what else is wrong.
        exit: how the command ended.
    """

    verdict: Verdict
    exit: ExitStatus

    def exit_code(self, fail_under: float | None = None) -> int:
        """Return the command's own exit code, unless it is 0 or the command reached its time limit; else the verdict's.

        Args:
            fail_under: minimum coverage in percent, if any.
        """
        if self.exit.stopped:  # its first complaint is the time limit, which breaks nothing by itself
            return replace(self.verdict, complaints=self.verdict.complaints[1:]).exit_code(fail_under)
        return self.exit.code or self.verdict.exit_code(fail_under)


def run_command(options: RunOptions, progress: Callable[[str], None]) -> ClientRun:
    """Run a command under the mocks.

    Args:
        options: options of the run.
        progress: called with a line to show when the command starts.

    Raises:
        UsageError: the mocks cannot be served, a name is unknown, or the command cannot be run.
    """
    with watchdog() as folder, serve(**options.serving) as mocks:
        # report unknown names before the command runs
        mocks.run(verdict_on(mocks.mock_app, [], list(options.vendors), list(options.allow)))
        url = mocks.session_url(SESSION)
        ready_file = folder / "ready.json"
        write_session_ready_file(ready_file, mocks, url)
        progress(f"mocks at {url}, running {shlex.join(options.command)}")
        variables = environment(os.environ, mocks, url, ready_file, trust=options.trust) | {VARIABLE: str(folder)}
        ended = run(options.command, variables, options.seconds)
        return _judged(options, mocks, url, ended, list(passed_on(folder)))


def _judged(options: RunOptions, mocks: Mocks, url: str, ended: ExitStatus, nested: Sequence[Verdict]) -> ClientRun:
    """Return the finished run.

    Args:
        options: options of the run.
        mocks: the mocks that were served.
        url: base URL of the run's session.
        ended: how the command ended.
        nested: verdicts of commands with mocks of their own.
    """
    sessions = list(mocks.mock_app.sessions)
    seen = {session.name: session.journal.total for session in sessions}
    missed_session = not seen.get(SESSION) and bool(seen.get(DEFAULT_SESSION))
    verdict = mocks.run(verdict_on(mocks.mock_app, sessions, list(options.vendors), list(options.allow)))
    if nested:
        verdict = merge([verdict, *(allow(each, options.allow) if options.allow else each for each in nested)])
    if options.baseline:
        verdict = baseline.apply(verdict, options.baseline)
    complaints = [*_complaints(options, ended), *verdict.complaints]
    if missed_session:
        complaints.append(
            f"no request came to the run's own URL {url}, but {seen[DEFAULT_SESSION]} to {mocks.url}, which belongs to "
            f"no run: have the client use CRM_MOCKS_URL"
        )
    verdict = replace(verdict, complaints=tuple(complaints))
    if not missed_session:
        verdict = require_requests(verdict, _causes(url), allowed=options.allow_no_requests)
    return ClientRun(verdict, ended)


def _causes(url: str) -> Iterator[str]:
    """Yield where requests probably went instead of to the mocks, the likeliest cause first."""
    yield f"the command does not read CRM_MOCKS_URL ({url}) and has a base URL of its own"
    variables = {name for name in os.environ if name.lower() in _PROXIES}
    if variables:
        yield f"it sends them to the proxy of the environment ({', '.join(sorted(variables))}) in spite of NO_PROXY"
    yield "it sends none at all"


def _complaints(options: RunOptions, ended: ExitStatus) -> list[str]:
    name = os.path.basename(options.command[0])  # noqa: PTH119  # a name to show, not a path
    if ended.stopped:
        return [f"{name} was still running after {options.seconds:g} seconds, the limit of --timeout, and was stopped"]
    if ended.signal:
        return [f"{name} was ended by {ended.signal}: the exit code {ended.code} is for that"]
    return [f"the exit code {ended.code} is that of {name}"] if ended.code else []
