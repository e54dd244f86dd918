"""Ctrl-C while a client runs: it is stopped, rather than waited for."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

import pytest

from crm_contracts.clients.fuzz import runner
from crm_contracts.clients.fuzz.model import FuzzOutcome
from crm_contracts.clients.fuzz.words import summary
from crm_contracts.clients.process import ExitStatus
from crm_contracts.clients.programs import ProcessResult
from crm_contracts.clients.model import BaselineRun


class Endless:
    """A client that ends when it is stopped only; the user will not wait for that.

    Attributes:
        in_time: it was stopped while it ran.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.in_time = False

    def run(self, _environment: Mapping[str, str]) -> ProcessResult:
        """Run until it is stopped."""
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        self.in_time = self._stopped.wait(30.0)
        return ProcessResult(ExitStatus(143, "SIGTERM"), 0.1, b"")

    def renew(self) -> None:
        """Nothing is to be renewed."""

    def stop(self) -> None:
        """Stop it."""
        self._stopped.set()


@pytest.mark.skipif(os.name != "posix", reason="signals of threads are POSIX'")
def test_a_client_is_stopped_before_its_run_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Endless()
    monkeypatch.setattr(runner, "_clients", lambda _: [client])
    with pytest.raises(KeyboardInterrupt):
        runner.carry_out(runner.Asked(("client",), {"vendors": ["config_api"]}), lambda _: None)
    assert client.in_time


def test_the_last_line_says_that_it_was_interrupted() -> None:
    assert summary(FuzzOutcome(("client",), 0, BaselineRun(0), answers=3, interrupted=True)) == "Interrupted. Survived: 3 answers"
