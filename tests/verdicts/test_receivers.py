"""Verdicts of `crm-mocks push` on receivers that were written without the mock at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verdicts.conftest import CASES, StateRow

PROVIDERS = CASES / "providers"
Command = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., int]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a receiver, which prints its port; keywords are variables of its environment."""
    running: list[subprocess.Popen[str]] = []

    def run(file: str, **environment: str) -> int:
        program = "node" if file.endswith(".mjs") else sys.executable
        process = subprocess.Popen(
            [program, str(PROVIDERS / file)],
            env={**os.environ, "DIR": str(tmp_path), "LOG": str(tmp_path / "receiver.log"), **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        return int(process.stdout.readline().removeprefix("ready "))

    yield run
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Verdict:
    """The verdict of a run: exit code and findings."""

    def __init__(self, done: subprocess.CompletedProcess[str], report: Path) -> None:
        assert "Traceback" not in done.stderr, done.stderr
        document = json.loads(report.read_text())
        self.code = done.returncode
        self.out = done.stdout
        self.failing = [each for each in document["findings"] if each["standing"] == "fails"]
        self.assumptions = [each for each in document["findings"] if each["standing"] == "assumption"]

    @property
    def says(self) -> str:
        names = ", ".join(map(_name, self.failing)) or "no rule broken"
        return f"exit {self.code}: {names}"

    def assumes(self, case: str) -> bool:
        """Return whether an assumption is about a case."""
        return any(each["location"] == ["case", case] for each in self.assumptions)


def _name(finding: dict[str, Any]) -> str:
    case = finding["occurrences"][0]["source"] if finding["location"][0] != "case" else " ".join(finding["location"])
    return f"{finding['rule']} with {finding['status']} in {case or 'one lead'}"


@pytest.fixture
def push(crm_mocks: Command, tmp_path: Path) -> Callable[..., Verdict]:
    """Run `crm-mocks push activix`."""

    def run(*options: object) -> Verdict:
        report = tmp_path / "report.json"
        return Verdict(crm_mocks("push", "activix", *options, "--json", report), report)

    return run


FLASK = {"update": "same-lead-again", "year": "created-year-integer", "json": "new-lead"}


@pytest.mark.parametrize("bugs", ["", *FLASK])
def test_a_flask_receiver(start: Start, push: Callable[..., Verdict], state_row: StateRow, bugs: str) -> None:
    port = start("receiver.py", BUGS=bugs)
    verdict = push("--to", f"http://127.0.0.1:{port}/hooks/lead", "--examine")
    _check(verdict, FLASK.get(bugs))
    state_row("push: receivers", f"providers/receiver.py {_bugs(bugs)}", verdict.says)


def test_a_case_that_needs_another_one_works_alone(
    start: Start, push: Callable[..., Verdict], state_row: StateRow
) -> None:
    for bugs, case in {"": None, "update": "same-lead-again"}.items():
        port = start("receiver.py", BUGS=bugs)
        verdict = push("--to", f"http://127.0.0.1:{port}/hooks/lead", "--only", "same-lead-again")
        _check(verdict, case)
        state_row("push: receivers", f"providers/receiver.py {_bugs(bugs)}, --only same-lead-again", verdict.says)


@pytest.mark.parametrize(
    ("options", "case"),
    [
        (["--only", "documented"], None),
        (["--only", "documented", "--only", "wrong-password", "--strict"], "credentials"),
        (["--skip", "*-password", "--skip", "credentials-*", "--only", "*-null"], None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_selected_cases_of_a_receiver_without_www_authenticate(
    start: Start, push: Callable[..., Verdict], state_row: StateRow, options: list[str], case: str | None
) -> None:
    port = start("receiver.py")
    verdict = push("--to", f"http://127.0.0.1:{port}/hooks/lead", *options)
    assert [each["location"][-1] for each in verdict.failing] == (["www-authenticate"] if case else [])
    assert verdict.code == bool(case)
    state_row("push: receivers", f"providers/receiver.py without slips, {' '.join(options)}", verdict.says)


NODE = {
    "status": "created-status-null",
    "comment": "comment-null",
    "charset": "content-type-with-charset",
    "ascii": "plain-text",
    "accounts": "unknown-account",
    "trim": "long-trim",
    "keep": "status-change",
}


@pytest.mark.parametrize("bugs", ["", *NODE, "status,charset"])
def test_a_node_receiver_with_leads_in_files(
    start: Start, push: Callable[..., Verdict], state_row: StateRow, tmp_path: Path, bugs: str
) -> None:
    port = start("node_receiver.mjs", BUGS=bugs)
    lookup = ["--lookup", f"command:cat {tmp_path}/{{id}}.json"] if bugs in ("", "keep") else []
    verdict = push("--to", f"http://127.0.0.1:{port}/api/activix", "--examine", *lookup)
    _check(verdict, *(NODE[bug] for bug in bugs.split(",") if bug))
    state_row("push: receivers", f"providers/node_receiver.mjs {_bugs(bugs)}", verdict.says)


LARAVEL = {
    "unique": "same-lead-again",
    "nullable": "created-blank-attributes",
    "message": "unknown-account",
    "accent": "escaped-text",
    "carbon": "unsubscribe-dates-empty",
    "queued": "new-lead",
    "required": "empty-lists",
}
LARAVEL_ASSUMED = {"zulu": "created-zulu-dates", "digits": "created-year-integer", "open": "credentials-missing"}


@pytest.mark.parametrize("bugs", ["", *LARAVEL, *LARAVEL_ASSUMED, "errors"])
def test_a_receiver_like_laravel(start: Start, push: Callable[..., Verdict], state_row: StateRow, bugs: str) -> None:
    port = start("laravel_receiver.py", BUGS=bugs)
    verdict = push("--to", f"http://127.0.0.1:{port}/", "--examine")
    _check(verdict, LARAVEL.get(bugs))
    state_row(
        "push: receivers", f"providers/laravel_receiver.py {_bugs(bugs)}", _says(verdict, LARAVEL_ASSUMED.get(bugs))
    )


ASGI = {
    "created": "new-lead",
    "drop": "created-blank-attributes",
    "overflow": "large-id",
    "empty": "empty-lists",
    "created-only": "same-lead-again",
    "one-place": "account-as-object",
}
ASGI_ASSUMED = {
    "forbid": "unknown-attribute",
    "types": "every-documented-value",
    "unseen": "update-of-unseen-lead",
    "no-token": "url-token-missing",
}


@pytest.mark.parametrize("bugs", ["", *ASGI, *ASGI_ASSUMED])
def test_an_asgi_receiver_with_a_token_in_the_url_and_two_urls(
    start: Start, push: Callable[..., Verdict], state_row: StateRow, tmp_path: Path, bugs: str
) -> None:
    port = start("asgi_receiver.py", BUGS=bugs)
    base = f"http://127.0.0.1:{port}"
    verdict = push(
        *("--to", f"{base}/created?token={{url_token}}", "--update-to", f"{base}/updated?token={{url_token}}"),
        *("--credential", "url_token=s3cret-token", "--header", "X-Tenant: 7", "--examine"),
        *("--lookup", rf"log:{tmp_path}/receiver.log:stored lead {{id}}"),
    )
    _check(verdict, ASGI.get(bugs))
    assert "s3cret-token" not in verdict.out
    state_row("push: receivers", f"providers/asgi_receiver.py {_bugs(bugs)}", _says(verdict, ASGI_ASSUMED.get(bugs)))


DOCUMENTED = {
    "documented_receiver.py": {
        "": None,
        "crash_on_null": "every-documented-value",
        "unknown_account_404": "unknown-account",
        "insert_only": "same-lead-again",
    },
    "documented_receiver.mjs": {
        "": None,
        "status_201": "new-lead",
        "account_id_only": "account-as-object",
        "gender_string": "created-every-attribute",
        "error_key": "unknown-account",
    },
}
DOCUMENTED_ASSUMED = {
    "documented_receiver.py": {"content_type_required": "no-content-type", "no_auth": "credentials-missing"},
    "documented_receiver.mjs": {"refuse_extra": "unknown-attribute"},
}
"""Of bugs that the documents do not forbid, the case whose assumption names them."""


@pytest.mark.parametrize(
    ("file", "bug"),
    [(file, bug) for file in DOCUMENTED for bug in (*DOCUMENTED[file], *DOCUMENTED_ASSUMED[file])],
)
def test_receivers_that_were_written_from_the_documents_only(
    start: Start, push: Callable[..., Verdict], state_row: StateRow, file: str, bug: str
) -> None:
    port = start(file, PORT="0", BUG=bug, AUTH_USER="activix", AUTH_PASS="activix-secret")
    verdict = push("--to", f"http://127.0.0.1:{port}/example", "--examine")
    _check(verdict, DOCUMENTED[file].get(bug))
    says = _says(verdict, DOCUMENTED_ASSUMED[file].get(bug))
    state_row("push: receivers", f"providers/{file} {f'BUG={bug}' if bug else 'without slips'}", says)


def test_a_receiver_that_knows_only_the_documented_account_accepts_the_default_lead(
    start: Start, push: Callable[..., Verdict], state_row: StateRow
) -> None:
    port = start("documented_receiver.py", PORT="0", ACCOUNTS="66")
    verdict = push("--to", f"http://127.0.0.1:{port}/example")
    _check(verdict)
    state_row("push: receivers", "providers/documented_receiver.py ACCOUNTS=66, one lead", verdict.says)


@pytest.mark.parametrize("examine", [True, False])
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"message": "Bad Request"}'),
        (422, '{"message": "Unknown Account."}'),
        (500, '{"message": "Internal Server Error."}'),
        (403, '{"message": "Forbidden"}'),
        (404, '{"message": "Not Found"}'),
        (429, '{"message": "Too Many Attempts."}'),
    ],
)
def test_a_receiver_that_accepts_nothing(
    push: Callable[..., Verdict], state_row: StateRow, status: int, body: str, *, examine: bool
) -> None:
    command = [sys.executable, str(PROVIDERS / "constant_receiver.py"), "0", str(status), body]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        port = int(it.stdout.readline().removeprefix("ready "))
        verdict = push("--to", f"http://127.0.0.1:{port}/", *["--examine"] * examine)
        it.kill()
    assert verdict.code == 1
    assert [each["rule"] for each in verdict.failing] == ["nothing-accepted"]
    run = "--examine" if examine else "one lead"
    state_row("push: receivers", f"providers/constant_receiver.py {status}, {run}", verdict.says)


def _check(verdict: Verdict, *cases: str | None) -> None:
    """Check that exactly these cases are named by failing findings, one for each."""
    named = [case for case in cases if case]
    assert verdict.code == bool(named), verdict.out
    assert len(verdict.failing) == len(named), [_name(each) for each in verdict.failing]
    for case in named:
        assert any(case in _name(each).split() for each in verdict.failing), [_name(each) for each in verdict.failing]


def _says(verdict: Verdict, assumed: str | None) -> str:
    """Return what the verdict says; an assumption about a case must be among it."""
    if assumed is None:
        return verdict.says
    assert verdict.assumes(assumed), verdict.out
    return f"{verdict.says}, assumption in case {assumed}"


def _bugs(bugs: str) -> str:
    return f"BUGS={bugs}" if bugs else "without slips"
