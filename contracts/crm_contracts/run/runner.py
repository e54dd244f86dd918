"""A run: mocks, a session with a port of its own, the command, and the verdict on what it did."""

from __future__ import annotations

import logging
import os
import shlex
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from crm_contracts.control import verdict_on
from crm_contracts.judge import baseline
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.verdict import Verdict
from crm_contracts.run.environment import environment, write_session_ready_file
from crm_contracts.run.process import ExitStatus, run
from crm_mocks import Mocks, serve
from crm_mocks.state.session_registry import DEFAULT_SESSION

SESSION: Final = "run"


@dataclass(frozen=True)
class RunOptions:
    """What the user asked for.

    Attributes:
        command: program and arguments.
        serving: keywords of `crm_mocks.serve`.
        vendors: whose operations coverage is about; where none are named, the operations called.
        allow: names under which mistakes are allowed.
        baseline: known findings.
        seconds: time limit of the command.
        trust: have common HTTP libraries trust the certificate authority made on the spot.
    """

    command: Sequence[str]
    serving: Mapping[str, Any] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    seconds: float = 300.0
    trust: bool = False


@dataclass(frozen=True)
class ClientRun:
    """What came of it.

    Attributes:
        verdict: on all that the mocks were sent; its complaints say what else is wrong.
        ended: how the command ended.
        strayed: the run's session saw nothing, and the default one did.
    """

    verdict: Verdict
    ended: ExitStatus
    strayed: bool


def carry_out(asked: RunOptions, progress: Callable[[str], None]) -> ClientRun:
    """Run a command under the mocks.

    Args:
        asked: what the user wants.
        progress: called with a line to show when the command begins.

    Raises:
        UsageError: the mocks cannot be served so, a name is wrong, or the command cannot be run.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a garbled request is the client's affair, not news
    with serve(**asked.serving) as mocks, tempfile.TemporaryDirectory(prefix="crm-mocks-run-") as folder:
        mocks.run(verdict_on(mocks.mock_app, [], list(asked.vendors), list(asked.allow)))  # wrong names are told now
        url = mocks.session_url(SESSION)
        ready_file = Path(folder, "ready.json")
        write_session_ready_file(ready_file, mocks, url)
        progress(f"mocks at {url}, running {shlex.join(asked.command)}")
        variables = environment(os.environ, mocks, url, ready_file, trust=asked.trust)
        ended = run(asked.command, variables, asked.seconds)
        return _outcome(asked, mocks, url, ended)


def _outcome(asked: RunOptions, mocks: Mocks, url: str, ended: ExitStatus) -> ClientRun:
    sessions = list(mocks.mock_app.sessions)
    seen = {session.name: session.journal.total for session in sessions}
    strayed = not seen.get(SESSION) and bool(seen.get(DEFAULT_SESSION))
    verdict = mocks.run(verdict_on(mocks.mock_app, sessions, list(asked.vendors), list(asked.allow)))
    if asked.baseline:
        verdict = baseline.apply(verdict, asked.baseline)
    complaints = list(_of_command(asked, ended))
    if strayed:
        complaints.append(
            f"no request came to the run's own URL {url}, but {seen[DEFAULT_SESSION]} to {mocks.url}, which belongs to "
            f"no run: have the client use CRM_MOCKS_URL"
        )
    return ClientRun(replace(verdict, complaints=tuple(complaints)), ended, strayed)


def _of_command(asked: RunOptions, ended: ExitStatus) -> list[str]:
    name = os.path.basename(asked.command[0])  # noqa: PTH119  # a word to show, not a path
    if ended.stopped:
        return [f"{name} was still running after {asked.seconds:g} seconds, the limit of --timeout, and was stopped"]
    if ended.signal:
        return [f"{name} was ended by {ended.signal}: the exit code {ended.code} is for that"]
    return [f"the exit code {ended.code} is that of {name}"] if ended.code else []
