"""`crm-mocks push`: output, reports and exit code."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.push import command
from crm_contracts.providers.push.pusher import Pusher
from crm_mocks.errors import UsageError
from crm_mocks.server.thread import Mocks
from tests.providers.push.conftest import NOW

LEAD = {"id": 1, "account_id": 44}


class Done:
    """A finished command."""

    def __init__(self, *arguments: str) -> None:
        done = CliRunner().invoke(command, ["activix", *arguments], standalone_mode=False)
        self.code = done.return_value
        self.error = done.exception
        self.lines = done.stdout.splitlines()
        self.err = done.stderr


@pytest.fixture(scope="module")
def served() -> Iterator[Mocks]:
    with crm_mocks.serve(["activix"], seed=1, port=0) as mocks:
        yield mocks


@pytest.fixture
def url(served: Mocks, request: pytest.FixtureRequest) -> str:
    """URL of the receiver, in a session of its own."""
    return f"{served.url}/~{abs(hash(request.node.name))}/activix/leads"


@pytest.fixture
def sent(served: Mocks, url: str) -> Callable[[], list[Any]]:
    """Return the requests received in that session."""
    session = url.split("/~")[1].split("/", maxsplit=1)[0]
    return lambda: httpx.get(f"{served.url}/__admin/requests", params={"session": session}).json()["requests"]


def bodies(sent: Callable[[], list[Any]]) -> list[Any]:
    return [json.loads(entry["request"]["body"]) for entry in sent()]


def test_the_page_lists_all_cases_in_words_for_the_receivers_author(url: str, tmp_path: Path) -> None:
    page = tmp_path / "push.html"
    Done("--to", url, "--case", "new-lead", "--case", "year-*", "--html", str(page))
    html = page.read_text(encoding="utf-8")
    assert "sent to your receiver" in html
    assert "<code>new-lead</code>" in html
    assert "<code>year-string</code>" in html
    assert "what your receiver must do" in html


def test_the_example_is_pushed_once(url: str, sent: Callable[[], list[Any]]) -> None:
    done = Done("--to", url)
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("200 in ")
    assert done.lines[2] == "Contract kept: 1 exchange, none of which broke the contract"
    assert [body["id"] for body in bodies(sent)] == [3387562]


def test_a_stream_has_a_summary(url: str, sent: Callable[[], list[Any]]) -> None:
    done = Done("--to", url, "--count", "25", "--rate", "1000/s")
    assert done.code == 0
    assert len([line for line in done.lines if line.startswith("200 in ")]) == 20
    assert done.lines[20].startswith("sent 25 in ")
    assert done.lines[20].endswith(": 200 ×25")
    assert len(sent()) == 25


@pytest.mark.parametrize(("written", "ids"), [(LEAD, [1]), ([LEAD, {**LEAD, "id": 2}], [1, 2])])
def test_leads_of_a_file_are_pushed(
    url: str, sent: Callable[[], list[Any]], tmp_path: Path, written: Any, ids: list[int]
) -> None:
    (tmp_path / "leads.json").write_text(json.dumps(written))
    assert Done("--to", url, "--file", str(tmp_path / "leads.json")).code == 0
    assert [body["id"] for body in bodies(sent)] == ids
    assert all("status" in body for body in bodies(sent))


def test_leads_of_a_file_are_sent_unchanged_with_as_written(
    url: str, sent: Callable[[], list[Any]], tmp_path: Path
) -> None:
    (tmp_path / "leads.json").write_text(json.dumps(LEAD))
    assert Done("--to", url, "--file", str(tmp_path / "leads.json"), "--as-written", "--count", "2").code == 0
    assert bodies(sent) == [LEAD, LEAD]


def test_the_examination_has_a_line_for_each_case(url: str) -> None:
    done = Done("--to", url, "--examine", "--seed", "5", "--now", NOW)
    assert done.code == 0
    assert [line.split()[:3] for line in done.lines[:2]] == [
        ["ok", "new-lead", "200"],
        ["ok", "same-lead-again", "200"],
    ]
    assert "58 cases, 0 failed" in done.lines
    assert "  activix.createLead  POST /activix/leads ×72" in done.lines


def test_a_wrong_response_fails_the_command(serving: Callable[..., Any], tmp_path: Path) -> None:
    server = serving(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    files = [word for kind in ("json", "junit", "html", "markdown") for word in (f"--{kind}", str(tmp_path / kind))]
    done = Done("--to", server.url, "--case", "new-lead", "--case", "year-string", *files)
    assert done.code == 1
    assert done.lines[0].startswith("FAILED  new-lead ")
    report = json.loads((tmp_path / "json").read_text())
    (finding,) = report["findings"]
    assert (finding["rule"], finding["count"], finding["side"]) == ("undocumented-status", 2, "provider")
    assert finding["message"].endswith("got 201 (also: year-string)")
    assert finding["occurrences"][0]["source"] == "case new-lead"
    for kind in ("junit", "html", "markdown"):
        assert "undocumented-status" in (tmp_path / kind).read_text()


def test_a_receiver_may_close_a_connection_on_which_it_has_responded(serving: Callable[..., Any]) -> None:
    def respond(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)

    server = serving(respond)
    done = Done("--to", server.url, "--count", "3", "--rate", "1000/s")
    assert (done.code, done.lines[3].partition(" in ")[0]) == (0, "sent 3")
    assert server.connections == 3


def test_a_receiver_that_closes_a_new_connection_fails_the_command(serving: Callable[..., Any]) -> None:
    done = Done("--to", serving(b"").url, "--case", "new-lead", "--case", "year-string")
    assert done.code == 1
    assert any("no-answer" in line for line in done.lines)


def test_a_receiver_that_accepts_no_lead_fails_the_command(serving: Callable[..., Any]) -> None:
    server = serving(b'HTTP/1.1 422 No\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"message":""}')
    done = Done("--to", server.url)
    assert done.code == 1
    assert any("nothing-accepted" in line for line in done.lines)


def test_cases_are_selected_and_skipped(url: str) -> None:
    done = Done("--to", url, "--only", "created*", "--skip", "created-*")
    assert done.code == 0
    assert "1 case, 0 failed" in done.lines


def test_a_case_that_fails_as_an_earlier_one_says_so(serving: Callable[..., Any]) -> None:
    server = serving(b"HTTP/1.1 409 Known\r\nContent-Length: 0\r\n\r\n")
    done = Done("--to", server.url, "--case", "new-lead", "--case", "same-lead-again")
    assert done.lines[1].endswith(": fails as case new-lead")
    assert done.lines[2] == "2 cases, 2 failed, 1 of them as an earlier one"


def test_a_file_that_cannot_be_read_is_an_error_of_usage(url: str, tmp_path: Path) -> None:
    file = tmp_path / "leads.json"
    file.write_text('{"id": 1, "id": 2}')
    assert "written twice" in str(Done("--to", url, "--file", str(file)).error)


def test_an_interrupted_examination_reports_its_findings(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    examining = Pusher.examining

    def interrupted(self: Pusher, names: Any, skip: Any) -> Any:
        for count, examined in enumerate(examining(self, names, skip)):
            if count == 3:
                raise KeyboardInterrupt
            yield examined

    monkeypatch.setattr(Pusher, "examining", interrupted)
    done = Done("--to", url, "--examine")
    assert done.code == 130
    assert any("it was interrupted" in line for line in done.lines)
    assert any(line.startswith("  activix.createLead") for line in done.lines)


def test_cases_are_listed_without_a_receiver() -> None:
    done = Done("--list-cases")
    assert done.code == 0
    assert "same-lead-again            the same lead once more" in done.lines


def test_credentials_come_from_option_environment_and_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known.yaml").write_text("username: activix\npassword: wrong\n")
    from_file = ("--to", url, "--credentials", str(tmp_path / "known.yaml"))
    assert Done(*from_file).lines[0].startswith("401 ")
    monkeypatch.setenv("CRM_MOCKS_ACTIVIX_PASSWORD", "activix-secret")
    assert Done(*from_file).lines[0].startswith("200 ")
    assert Done(*from_file, "--credential", "password=wrong").lines[0].startswith("401 ")


def test_credentials_without_tls_give_a_warning() -> None:
    assert Done("--to", "http://receiver.invalid/").err == (
        "crm-mocks: credentials are sent without TLS: use this for tests only\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--to is missing"),
        (("--examine", "--count", "2"), "--count cannot be combined"),
        (("--case", "new-lead", "--generated"), "--generated cannot be combined"),
        (("--file", "a", "--generated"), "--file and --generated cannot be combined"),
        (("--as-written",), "--as-written needs --file"),
        (("--file", "nonexistent/leads.json"), "cannot read nonexistent/leads.json for --file"),
        (("--credentials", "nonexistent/known"), "cannot read nonexistent/known for --credentials"),
        (("--credential", "password"), "--credential takes NAME=VALUE"),
        (("--credential", "key=x"), "activix has no credential 'key'"),
        (("--rate", "5"), "--rate 5: must be a number of requests and a unit"),
        (("--set", "activix.nothing=1"), "unknown setting 'activix.nothing'"),
        (("--now", "yesterday"), "'yesterday' is not an ISO 8601 date-time"),
        (("--lookup", "http://a/"), "--lookup http://a/: must be"),
        (("--case", "nothing"), "there is no case 'nothing'"),
        (("--skip", "new-lead"), "--skip needs --examine"),
        (("--header", "X-Tenant"), "--header takes 'NAME: VALUE'"),
        (("--update-to", "/updated"), "the URL for updates must be an http:// or https:// URL"),
        (("--lookup", "log:a"), "must be log:FILE:PATTERN"),
    ],
)
def test_wrong_options_are_usage_errors(arguments: tuple[str, ...], message: str) -> None:
    to = () if "--to is missing" in message else ("--to", "http://127.0.0.1:1/")
    error = Done(*to, *arguments).error
    assert isinstance(error, UsageError)
    assert message in str(error)


@pytest.mark.parametrize(
    ("text", "message"), [("{", "is not JSON"), ("[]", "an empty list"), ("[1]", "a lead is a JSON object")]
)
def test_a_file_without_leads_is_a_usage_error(tmp_path: Path, url: str, text: str, message: str) -> None:
    (tmp_path / "leads.json").write_text(text)
    error = Done("--to", url, "--file", str(tmp_path / "leads.json")).error
    assert isinstance(error, UsageError)
    assert message in str(error)
