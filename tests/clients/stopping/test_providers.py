"""A stop ends the commands that send requests to providers and receivers, which report what they have done."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.stopping.process import SIGNALS, running, running_endlessly
from tests.providers.verify.providers import provider, responding, silent

every_signal = pytest.mark.parametrize("signals", SIGNALS.values(), ids=SIGNALS)
VERIFY = ("verify", "config_api", "--json", "report.json", "--phases", "scenarios", "--url")
GENERATED = ("verify", "config_api", "--json", "report.json", "--phases", "examples", "--url")
PUSH = ("push", "activix", "--json", "report.json", "--rate", "20/s", "--count", "1000", "--to")


@contextmanager
def counting(folder: Path, hangs_after: int):
    """Serve a provider that responds to a number of requests, then makes a file and hangs."""
    received: list[bytes] = []
    respond = responding("200 OK", b"{}", Content_Type="application/json")

    def behave(connection, head: bytes) -> None:
        received.append(head)
        if len(received) == 1 or len(received) < hangs_after:  # the first one asks whether anybody is there
            respond(connection, head)
            return
        (folder / "started").touch()
        silent(connection, head)

    with provider(behave) as url:
        yield url


@every_signal
@pytest.mark.parametrize("command", [GENERATED, PUSH], ids=["verify", "push"])
def test_a_command_that_waits_for_a_response(command: tuple, signals: tuple, tmp_path: Path) -> None:
    with counting(tmp_path, 4) as url, running(tmp_path, *command, url) as process:
        process.wait_for(tmp_path / "started")
        ended = process.stop(*signals)
    assert ended.code == 130, ended
    assert "interrupted" in ended.out
    report = json.loads((tmp_path / "report.json").read_text())
    assert any("interrupted" in each for each in report["complaints"])
    assert report["exchanges"] >= 1


PLACES = {
    "verify, starting": (VERIFY, "crm_contracts.providers.verify.reachability:check"),
    "verify, judging": (VERIFY, "crm_contracts.providers.verify.observation_judge:ObservationJudge.add"),
    "verify, reporting": (VERIFY, "crm_contracts.report.terminal:render"),
    "push, starting": (PUSH, "crm_contracts.providers.push:to_url"),
    "push, sending": (PUSH, "crm_contracts.providers.push.pusher:Pusher.generated"),
    "push, reporting": ((*PUSH[:4], "--to"), "crm_contracts.report.terminal:render"),
}


@every_signal
@pytest.mark.parametrize("place", PLACES)
def test_a_command_that_is_busy(place: str, signals: tuple, tmp_path: Path) -> None:
    command, function = PLACES[place]
    with counting(tmp_path, 10_000) as url, running_endlessly(tmp_path, function, *command, url) as process:
        process.wait_for(tmp_path / "started")
        assert process.stop(*signals).code == 128 + signals[0]
    if "reporting" in place:
        assert (tmp_path / "report.json").exists()
