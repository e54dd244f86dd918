"""Ctrl-C while a client runs: it is stopped, rather than waited for."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

import pytest

from crm_contracts.clients import campaign
from crm_contracts.clients.fuzz.campaign import FuzzOptions, fuzz
from crm_contracts.clients.fuzz.model import FuzzCampaignResult
from crm_contracts.clients.fuzz.report import report
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.process import ExitStatus
from crm_contracts.clients.programs import ProcessResult


class Endless:
    """A client that ends when it is stopped only; the user will not wait for that.

    Attributes:
        in_time: it was stopped while it ran.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self.in_time = False

    def run(self, _environment: Mapping[str, str], **_: object) -> ProcessResult:
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
    monkeypatch.setattr(campaign, "programs_of", lambda _: [client])
    with pytest.raises(KeyboardInterrupt):
        fuzz(FuzzOptions(("client",), {"vendors": ["config_api"]}), lambda _: None)
    assert client.in_time


def test_the_headline_says_that_it_was_interrupted() -> None:
    found = report(FuzzCampaignResult(("client",), BaselineRun(0), cases=3, interrupted=True))
    assert found.headline == "Interrupted. Survived: 3 responses"
    assert not found.passed
