"""`crm-mocks diff`: exit codes, what it prints, and the reports that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from crm_contracts.commands.diff import command
from crm_mocks.errors import UsageError
from tests.diff.editing import edited, garage

GARAGE = str(Path(__file__).with_name("garage.yaml"))
SENT = "components/schemas/Sent"


@pytest.fixture
def changed(tmp_path):
    """Write the contract with edits; return the file."""

    def changed(edits):
        path = tmp_path / "new.json"
        path.write_text(json.dumps(edited(garage(), edits)), "utf-8")
        return str(path)

    return changed


@pytest.fixture
def run():
    """Run the command; return its exit code and what it printed."""

    def run(*arguments):
        done = CliRunner().invoke(command, arguments, standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.return_value, done.output

    return run


def test_a_breaking_change_fails(run, changed):
    code, printed = run(GARAGE, changed({f"{SENT}/required": ["name", "kind"]}))
    assert code == 1
    assert printed.splitlines()[0] == (
        "Contract breaking: 1 change, 1 breaking for clients and 0 breaking for providers"
    )
    assert printed.splitlines()[2:] == [
        "",
        "Breaking for clients (1)",
        "  createCar",
        "    request body (application/json).kind: must be sent now, could be left out",
    ]


def test_a_change_that_is_breaking_for_others_does_not_fail(run, changed):
    new = changed({f"{SENT}/required": ["name", "kind"]})
    assert run(GARAGE, new, "--for", "clients")[0] == 1
    code, printed = run(GARAGE, new, "--for", "providers")
    assert code == 0
    assert printed.startswith("Contract compatible: ")
    assert "1 breaking for clients (not requested)" in printed


def test_a_compatible_change_does_not_fail(run, changed):
    assert run(GARAGE, changed({f"{SENT}/properties/vin": {}}))[0] == 0


def test_nothing_changed_is_reported(run):
    assert run(GARAGE, GARAGE) == (
        0,
        f"Contract unchanged: both versions require and promise the same\n{GARAGE} → {GARAGE}\n",
    )


def test_the_same_change_of_several_operations_is_told_once(run, changed):
    _, printed = run(GARAGE, changed({"paths/~cars~{car}/parameters/0/schema/maxLength": 8}))
    assert "  getCar, deleteCar\n    request path 1: maxLength is 8, was 36\n" in printed


def test_credentials_are_told_by_what_they_are(run, changed):
    _, printed = run(GARAGE, changed({"components/securitySchemes/key/name": "X-Other"}))
    assert "credentials: key (header X-Other); was key (header X-Key)" in printed


def test_all_reports_are_written(run, changed, tmp_path):
    new = changed({f"{SENT}/required": ["name", "kind"], f"{SENT}/properties/<b>|": {"type": "string"}})
    files = {kind: tmp_path / f"diff.{kind}" for kind in ("json", "junit", "html", "markdown")}
    run(GARAGE, new, *(part for kind, path in files.items() for part in (f"--{kind}", str(path))))
    written = json.loads(files["json"].read_text("utf-8"))
    assert (written["format"], written["command"]) == ("crm-mocks report 2", "diff")
    assert written["breaking"] == {"clients": 1, "providers": 0}
    assert [change["rule"] for change in written["changes"]] == ["required", "member-added"]
    suites = ElementTree.parse(files["junit"]).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    assert suites.find(".//failure").get("message") == "must be sent now, could be left out"
    page = files["html"].read_text("utf-8")
    assert '<strong class="bad">breaking</strong>' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "| createCar | `request body (application/json).<b>\\|` | new, may be sent |" in files["markdown"].read_text(
        "utf-8"
    )


def test_a_report_that_cannot_be_written_is_reported(run, tmp_path):
    with pytest.raises(UsageError, match="cannot write the --json report"):
        run(GARAGE, GARAGE, "--json", str(tmp_path / "missing" / "diff.json"))


def test_names_cannot_play_tricks_on_the_terminal(run, changed):
    _, printed = run(GARAGE, changed({f"{SENT}/properties/\x1b[31m": {}}))
    assert "\x1b" not in printed
    assert "\\x1b[31m: new, may be sent" in printed


def test_unreadable_input_is_a_usage_error(run):
    with pytest.raises(UsageError, match="'nobody' is neither a file nor a vendor"):
        run("nobody", GARAGE)


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_contract_with_a_path_twice_is_a_usage_error(run, tmp_path, form):
    path = tmp_path / f"twice.{form}"
    path.write_text('{"openapi": "3.0.3", "paths": {\n"/a": {},\n"/a": {}}}')
    with pytest.raises(UsageError, match=rf"twice\.{form}: the key '/a' is written twice, in lines 2 and 3"):
        run(str(path), GARAGE)


def test_releases_of_a_vendor_are_compared(run):
    code, printed = run("crmcom@release=R11.0.0", "crmcom@release=R18.0.0")
    assert code == 1
    assert "request body.contact_email: may be left out now, had to be sent" in printed
    assert run("crmcom@release=R18.0.0", "crmcom@release=R18.0.0")[0] == 0
