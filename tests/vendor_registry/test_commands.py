"""Every command takes a contract in place of a vendor, and vendors of folders."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crm_contracts.push import to_wsgi
from crm_mocks.vendor import vendor_names
from tests.vendor_registry.samples import CLIENT, RULE, write_vendor

Command = Callable[..., Result]
OTHER = vendor_names()[0]
TWO = ("--contract", "a=their-crm.yaml", "--contract", "b=their-crm.yaml")


@pytest.mark.parametrize(
    "arguments",
    [("./their-crm.yaml",), ("--contract", "their-crm.yaml"), ("their_crm", "--contract", "their-crm.yaml")],
)
def test_a_path_or_a_contract_is_a_vendor(command: Command, arguments: tuple[str, ...]) -> None:
    done = command("list", "--json", *arguments)
    assert [each["name"] for each in json.loads(done.stdout)["vendors"]] == ["their_crm"]


def test_a_contract_has_the_name_that_the_user_gives(command: Command) -> None:
    assert "crm.createContact  POST /v2/contacts" in command("list", "--contract", "crm=their-crm.yaml@/v2").stdout


def test_a_contract_takes_the_place_of_all_other_vendors_unless_they_are_named(command: Command) -> None:
    done = command("list", "--json", "--contract", "their-crm.yaml", "--contract", OTHER)
    assert [each["name"] for each in json.loads(done.stdout)["vendors"]] == ["their_crm", OTHER]


def test_the_contracts_of_a_command_end_with_it(command: Command) -> None:
    command("list", "--contract", "their-crm.yaml")
    assert "their_crm" not in vendor_names()


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("examples", "./their-crm.yaml"), "/contacts"),
        (("settings", "./their-crm.yaml"), "their_crm.credentials"),
        (("contract", "./their-crm.yaml"), "title: Their CRM"),
        (("contract", "their_crm", "--contract", "their-crm.yaml"), "title: Their CRM"),
        (("diff", "their-crm.yaml", "their_crm", "--contract", "their-crm.yaml"), "unchanged"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_describes_a_contract(command: Command, arguments: tuple[str, ...], shown: str) -> None:
    done = command(*arguments)
    assert (done.exit_code, shown in done.output) == (0, True), done.output


def test_push_lists_the_webhooks_and_callbacks_of_a_contract(command: Command) -> None:
    done = command("push", "./their-crm.yaml", "--list-cases")
    assert done.stdout == "createContact.contactCreated  a contact was created\n"


def test_list_shows_what_a_contract_sends(command: Command) -> None:
    (vendor,) = json.loads(command("list", "--json", "./their-crm.yaml").stdout)["vendors"]
    assert [each["id"] for each in vendor["sends"]] == ["their_crm.createContact.contactCreated"]
    assert (
        "their_crm.createContact.contactCreated  sent by crm-mocks push: POST"
        in command("list", "./their-crm.yaml").stdout
    )


@pytest.mark.parametrize(("status", "code"), [(204, 0), (500, 1)])
def test_push_sends_the_webhooks_of_a_contract(folder: Path, status: int, code: int) -> None:
    received: list[bytes] = []

    def receiver(environ, start_response):
        received.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response(f"{status} Status", [])
        return []

    with to_wsgi("./their-crm.yaml", receiver, "/hook") as pusher:
        pusher.examine()
        assert pusher.verdict().exit_code() == code
    assert isinstance(json.loads(received[0])["id"], int)


def test_push_names_the_vendors_that_send(command: Command, folder: Path) -> None:
    text = (folder / "their-crm.yaml").read_text()
    without = re.sub(r"      callbacks:\n.*?(?=      requestBody:\n        required)", "", text, flags=re.DOTALL)
    (folder / "their-crm.yaml").write_text(without)
    done = command("push", "./their-crm.yaml", "--to", "http://127.0.0.1:1")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "their_crm does not send" in done.output


def test_run_serves_a_contract_and_judges_its_client(command: Command, folder: Path) -> None:
    (folder / "client.py").write_text(CLIENT)
    done = command("run", "--contract", "their-crm.yaml", "--json", "verdict.json", "--", sys.executable, "client.py")
    assert done.exit_code == 0, done.output
    verdict = json.loads((folder / "verdict.json").read_text())
    assert (verdict["exchanges"], list(verdict["contracts"])) == (2, ["their_crm"])


def test_a_mistake_of_the_client_is_found(command: Command, folder: Path) -> None:
    (folder / "client.py").write_text(CLIENT)
    done = command("run", "--contract", "their-crm.yaml", "--", sys.executable, "client.py", "no address")
    assert done.exit_code == 1
    assert "their_crm.createContact" in done.output


def test_recorded_traffic_is_checked_against_a_contract(command: Command, folder: Path) -> None:
    entry = {
        "request": {
            "method": "GET",
            "url": "http://crm/contacts?limit=0",
            "headers": [{"name": "X-Key", "value": "k"}],
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": "[]", "mimeType": "application/json"},
        },
        "startedDateTime": "2026-01-31T12:00:00Z",
    }
    (folder / "traffic.har").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    done = command("check", "traffic.har", "--vendor", "./their-crm.yaml")
    assert done.exit_code == 1
    assert "their_crm.listContacts" in done.output


def test_the_verdicts_of_runs_with_a_contract_are_merged(command: Command, folder: Path) -> None:
    (folder / "client.py").write_text(CLIENT)
    command("run", "--contract", "their-crm.yaml", "--json", "one.json", "--", sys.executable, "client.py")
    done = command("coverage", "one.json", "--vendor", "./their-crm.yaml")
    assert done.exit_code == 0, done.output
    assert "their_crm.deleteContact" in done.output


def test_sweep_and_fuzz_run_a_client_against_a_contract(command: Command, folder: Path) -> None:
    (folder / "client.py").write_text(CLIENT)
    options = ("--contract", "their-crm.yaml", "--operation", "their_crm.getContact")
    swept = command("sweep", *options, "--", sys.executable, "client.py")
    assert "their_crm.getContact" in swept.output, swept.output
    fuzzed = command("fuzz", "-n", "3", *options, "--", sys.executable, "client.py")
    assert fuzzed.exit_code in (0, 1), fuzzed.output


@pytest.mark.parametrize("place", ["vendors", "vendors/their_crm"])
def test_a_vendor_dir_is_the_folder_of_a_vendor_or_has_one_for_each(command: Command, folder: Path, place: str) -> None:
    write_vendor(folder / "vendors", "their_crm")
    done = command("list", "their_crm", "--vendor-dir", place)
    assert "their_crm.createContact" in done.output, done.output


def test_a_folder_with_nothing_but_a_contract_is_a_vendor(command: Command, folder: Path) -> None:
    write_vendor(folder / "vendors", "their_crm", code=None)
    assert "their_crm.createContact" in command("list", "their_crm", "--vendor-dir", "vendors").output


def test_pyproject_names_the_vendor_dir(command: Command, folder: Path) -> None:
    write_vendor(folder / "vendors", "their_crm")
    (folder / "pyproject.toml").write_text('[tool.crm-mocks]\nvendor-dir = "vendors"\n')
    assert "their_crm.createContact" in command("list").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "--contract", "missing.yaml"), "no such contract: missing.yaml"),
        (("list", "./missing.yaml"), "no such contract: ./missing.yaml"),
        (("list", "their-crm"), "unknown vendor 'their-crm' (did you mean './their-crm.yaml'?): there are "),
        (("list", "folder"), "unknown vendor 'folder' (did you mean --vendor-dir 'folder'?): there are "),
        (("list", "--vendor-dir", "missing"), "no such folder"),
        (("list", "--vendor-dir", "."), "neither it nor a folder in it has a contract.yaml"),
        (
            ("list", "--contract", f"{OTHER}=their-crm.yaml"),
            f"two vendors have the name '{OTHER}'",
        ),
        (
            ("list", *TWO, "nobody"),
            "unknown vendor 'nobody'",
        ),
        (
            ("serve", "-p", "0", *TWO),
            "belongs to both a and b",
        ),
        (
            ("new", OTHER, "--contract", "their-crm.yaml"),
            f"there is a vendor '{OTHER}' already",
        ),
        (("new", "their-crm", "--contract", "their-crm.yaml"), "cannot be the name of a vendor"),
        (("new", "crm", "--contract", "missing.yaml"), "no such contract: missing.yaml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_source_is_one_line_and_exit_code_2(command: Command, arguments: tuple[str, ...], message: str) -> None:
    done = command(*arguments)
    assert (done.exit_code, done.output.count("\n"), message in done.output) == (2, 1, True), done.output


def test_a_contract_of_webhooks_only_makes_no_vendor(command: Command, folder: Path) -> None:
    made = "{post: {responses: {'204': {description: fine}}}}"
    text = f"openapi: 3.1.0\ninfo: {{title: Hooks, version: '1'}}\nwebhooks: {{made: {made}}}\n"
    (folder / "hooks.yaml").write_text(text, "utf-8")
    done = command("new", "crm", "--contract", "hooks.yaml")
    assert (done.exit_code, done.stderr) == (
        2,
        "crm-mocks: the contract of crm has no operation that can be served\n",
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit('over')", "SystemExit: over"),
        ("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E", "E: its text cannot be read"),
        ("class", "SyntaxError"),
        ("", "must define one subclass of Vendor, has 0"),
    ],
)
def test_a_broken_vendor_is_one_line_and_exit_code_2(command: Command, folder: Path, code: str, message: str) -> None:
    write_vendor(folder, "their_crm", code)
    done = command("list", "their_crm", "--vendor-dir", "their_crm")
    assert (done.exit_code, done.output.count("\n"), message in done.output) == (2, 1, True), done.output


def test_what_a_vendor_prints_is_no_part_of_the_output(command: Command, folder: Path) -> None:
    write_vendor(folder, "their_crm", f"print('hello')\nimport sys\nsys.stdout = None\n{RULE}")
    done = command("list", "their_crm", "--json", "--vendor-dir", "their_crm")
    assert [each["name"] for each in json.loads(done.stdout)["vendors"]] == ["their_crm"]
    assert done.stderr == "hello\n"


def test_a_vendor_without_a_contract_is_reported(command: Command, folder: Path) -> None:
    write_vendor(folder / "vendors", "other", code=None)
    (write_vendor(folder / "vendors", "their_crm") / "contract.yaml").unlink()
    done = command("list", "their_crm", "--vendor-dir", "vendors")
    assert done.exit_code == 2
    assert "'their_crm' has no contract" in done.output
