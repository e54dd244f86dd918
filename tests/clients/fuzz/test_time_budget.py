"""`crm-mocks fuzz --seconds`: what is said and how it ends when the time is over too early."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from crm_contracts.clients import campaign
from crm_contracts.clients.process import ExitStatus
from crm_contracts.clients.programs import DeadlineReached, ProcessResult
from tests.clients.fuzz.conftest import Fuzzed

LEAD = {"leadCustomer": {"firstname": "Ada", "lastname": "Byron", "email": "ada@example.com"}}


class TimedProgram:
    """A client without a process, for which the time is over as soon as a run was the last one."""

    def __init__(self, is_last: Callable[[int, int], bool]) -> None:
        """Start with no run.

        Args:
            is_last: whether a run is the last one, by its number and the id that it received.
        """
        self._is_last = is_last
        self._runs = 0
        self._over = False

    def run(self, environment: Mapping[str, str], **_: object) -> ProcessResult:
        """Create a lead."""
        if self._over:
            raise DeadlineReached
        self._runs += 1
        code, received = _create(environment["CRM_MOCKS_CONFIG_API_URL"])
        self._over = self._is_last(self._runs, received)
        return ProcessResult(ExitStatus(code), 0.1, b"")

    def renew(self) -> None:
        """Nothing is to be renewed."""

    def stop(self) -> None:
        """Nothing is to be stopped."""


def _create(url: str) -> tuple[int, int]:
    """Return the exit code of a run, and the id that it received."""
    headers = {"x-api-key": "demo-key", "content-type": "application/json"}
    request = Request(f"{url}/v1/leads/create", json.dumps(LEAD).encode(), headers)
    try:
        with urlopen(request, timeout=60.0) as response:
            return 0, int(json.load(response)["id"])
    except HTTPError as error:
        return (65 if error.code < 500 else 75), 0
    except (OSError, HTTPException, LookupError, TypeError, ValueError, OverflowError):
        return 75, 0


@pytest.fixture
def timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fuzzed]:
    """Fuzz a client whose last run is known, with options."""

    def run(is_last: Callable[[int, int], bool], *options: str) -> Fuzzed:
        monkeypatch.setattr(campaign, "programs_of", lambda _: [TimedProgram(is_last)])
        return Fuzzed(tmp_path, "--vendor", "config_api", "--seconds", "3600", *options, "--", "client")

    return run


def test_a_run_whose_calibration_took_all_the_time_is_not_green_and_says_why(timed: Callable[..., Fuzzed]) -> None:
    done = timed(lambda number, _: number == 5)
    assert (done.code, done.report["answers"]) == (1, 0)
    assert "the calibration was not finished, and no response was generated; a run took " in done.report["complaint"]
    assert done.report["complaint"].endswith("give it more --seconds or --jobs, or keep its process by --persistent")


def test_an_earlier_failure_that_was_survived_does_not_stand_for_the_generated_responses(
    timed: Callable[..., Fuzzed], reported: Fuzzed
) -> None:
    earlier = reported.report["weaknesses"][0]["reproduction"]
    done = timed(lambda _, received: received > 2**31, "--from", earlier)
    assert len(done.report["survived"]) == 1
    assert (done.code, done.report["answers"]) == (1, 0)
    assert done.out.startswith("Nothing was checked: ")


def test_a_run_that_the_time_ended_says_that_the_number_of_responses_depends_on_the_speed(
    timed: Callable[..., Fuzzed],
) -> None:
    done = timed(lambda number, _: number == 100)
    assert 0 < done.report["answers"] < 500
    assert done.report["notes"][0].startswith("--seconds 3600 ended the run, so the number of responses depends on the")
