"""Lookups of stored leads by command and in a log file."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.providers import push
from crm_contracts.providers.push import persistence_check
from crm_mocks.errors import UsageError
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.receiver import Receiver


class Writing(Receiver):
    """Writes leads to files, and a line to a log."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        (folder / "log").touch()

    def store(self, lead: Any) -> None:
        (self.folder / str(lead["id"])).write_text(str(lead))
        with (self.folder / "log").open("a") as log:
            log.write(f"stored lead {lead['id']}.\n")


class Dropping(Writing):
    """Accepts a lead without vehicles, but drops it."""

    def store(self, lead: Any) -> None:
        if lead.get("vehicles") != []:
            super().store(lead)


LOOKUPS = {
    "placeholder": "command:cat {folder}/{id}",
    "argument": 'command:cat {folder}/"$1"',
    "variable": "command:cat {folder}/$CRM_MOCKS_ID",
    "silent": "command:test -f {folder}/{id}",
    "prints-nothing-for-unknown": "command:cat {folder}/{id} 2>/dev/null || true",
    "log": r"log:{folder}/log:stored lead {id}\.",
}
CASES = ["new-lead", "same-lead-again", "unknown-account", "empty-lists"]


@pytest.mark.parametrize("name", LOOKUPS)
def test_a_lookup_finds_what_is_stored_and_what_is_dropped(tmp_path: Path, name: str) -> None:
    lookup = LOOKUPS[name].replace("{folder}", str(tmp_path))
    with to_receiver(Writing(tmp_path), lookup=lookup) as pusher:
        assert failed(pusher.examine(CASES)) == []
    for file in tmp_path.glob("3*"):
        file.unlink()
    with to_receiver(Dropping(tmp_path), lookup=lookup) as pusher:
        assert failed(pusher.examine(CASES)) == ["empty-lists"]
        assert [each.rule for each in pusher.verdict().failing] == ["accepted-and-dropped"]


def test_a_change_must_change_what_a_command_prints(tmp_path: Path) -> None:
    lookup = f"command:cat {tmp_path}/{{id}}"

    class NeverReplaced(Writing):
        def store(self, lead: Any) -> None:
            if not (self.folder / str(lead["id"])).exists():
                super().store(lead)

    with to_receiver(NeverReplaced(tmp_path), lookup=lookup) as pusher:
        pusher.examine(["status-change"])
        assert [each.rule for each in pusher.verdict().failing] == ["accepted-and-not-replaced"]


def test_a_receiver_may_store_a_lead_after_it_has_responded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence_check.PatientLookup, "_SECONDS", 60.0)
    answers = iter([None, None, b"stored"])
    lookup = persistence_check.PatientLookup(lambda _: next(answers))
    assert lookup.until("1", lambda stored: stored is not None) == b"stored"


def test_waiting_in_vain_ends() -> None:
    calls: list[str] = []
    lookup = persistence_check.PatientLookup(calls.append)
    lookup._fruitless = 3
    assert lookup.until("1", lambda stored: stored is not None) is None
    assert calls == ["1"]


def test_lines_from_before_the_run_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("stored lead 7.\n")
    with to_receiver(Receiver(), lookup=f"log:{tmp_path}/log:lead {{id}}") as pusher:
        assert [each.rule for each in pusher.push({"id": 7, "account_id": 44}).violations] == ["accepted-and-dropped"]


def test_an_id_is_not_found_in_a_longer_number(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with to_receiver(Writing(tmp_path), lookup=f"log:{tmp_path}/log:lead {{id}}") as pusher:
        pusher.push({"id": 71, "account_id": 44})
        assert pusher.push({"id": 7, "account_id": 1}).violations == ()


@pytest.mark.parametrize(
    ("lookup", "message"),
    [
        ("command:no-such-command", "the command cannot be run: "),
        ("log:nonexistent/log:{id}", "cannot read nonexistent/log"),
        ("log:file", "must be log:FILE:PATTERN"),
        (f"log:{shlex.quote(sys.executable)}:(" + "{id}", "is invalid"),
        ("file:{id}", "must be an http:// or https:// URL"),
    ],
)
def test_a_lookup_that_cannot_work_is_a_usage_error(lookup: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        push.to_wsgi("activix", Receiver(), lookup=lookup)


def test_a_command_that_takes_too_long_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"did not end within 0\.2 s"):
        push.to_wsgi("activix", Receiver(), lookup="command:sleep 600", timeout=0.2)
