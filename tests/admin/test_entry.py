"""One journal entry, and the journal as HAR."""

from __future__ import annotations

from pathlib import Path

from crm_contracts.recordings.reading import read
from tests.admin.conftest import CONTACTS, Control, refused


def test_an_entry_is_found_by_its_id(control: Control) -> None:
    control.create(7)
    control.create(session="my-own-2")
    entry = control.get("requests/entry?id=my-own-2-1").json()
    assert (entry["id"], entry["answer"]["status"]) == ("my-own-2-1", 201)


def test_an_entry_of_no_operation_has_near_misses(control: Control) -> None:
    control.api.post("/toy/contact")
    entry = control.get("requests/entry?id=default-1").json()
    assert entry["near_misses"][0]["path"] == CONTACTS


def test_an_unknown_entry_is_not_found(control: Control) -> None:
    control.create()
    for unknown in ("default-2", "default-", "default-x", "other-1", "x", "default-99999999999999999999"):
        assert control.get("requests/entry", params={"id": unknown}).status_code == 404


def test_an_entry_needs_an_id(control: Control) -> None:
    assert "'id'" in refused(control.get("requests/entry"))


def test_a_har_has_the_requests_of_the_journal(control: Control) -> None:
    control.create()
    control.create(7)
    (first, second) = control.get("requests/har").json()["log"]["entries"]
    assert (first["request"]["method"], first["response"]["status"]) == ("POST", 201)
    assert second["request"]["postData"]["text"] == '{"email":7}'


def test_the_recordings_reader_accepts_the_har(control: Control, tmp_path: Path) -> None:
    control.create()
    recording = tmp_path / "journal.har"
    recording.write_bytes(control.get("requests/har").content)
    notes: list[str] = []
    (exchange,) = read(recording, notes.append)
    assert (exchange.method, exchange.status, notes) == ("POST", 201, [])
