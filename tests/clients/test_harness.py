"""Clients are stopped when this process is told to end."""

from __future__ import annotations

import os
import signal

import pytest

from crm_contracts.clients.workers import stopped_on_exit


class Stoppable:
    stopped = False

    def stop(self) -> None:
        self.stopped = True


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_clients_end_with_us(number: signal.Signals) -> None:
    clients = Stoppable()
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, stopped_on_exit(clients):
        signal.raise_signal(number)
    assert (ended.value.code, clients.stopped) == (128 + number, True)
    assert signal.getsignal(number) is before


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such signal")
def test_a_signal_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_on_exit(Stoppable()):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
