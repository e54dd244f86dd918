"""`GET /__admin/verdict`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest

from crm_contracts import control
from crm_contracts.judge.verdict import Verdict
from crm_mocks.admin.direct_routes import ControlRequest
from crm_mocks.files import line_file
from crm_mocks.files.line_file import LineFile, take_missing_lines
from tests.conftest import Api
from tests.judge.helpers import OPERATION, create


def get(toy: Api, **query: Any) -> httpx.Response:
    return toy.get("/__admin/verdict", params=query)


def test_the_verdict_is_json_that_can_be_read_again(toy: Api) -> None:
    create(toy, 5)
    response = get(toy)
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["verdict"] == "broken"
    assert document["coverage"] == {"covered": 0, "total": 2, "percent": 0.0}
    assert document["other_coverage"] == {"covered": 1, "total": 3, "percent": 33.3}
    assert [finding.rule for finding in Verdict.from_json(document).failing] == ["type"]


@pytest.mark.parametrize(
    ("format_", "media_type", "beginning"),
    [
        ("html", "text/html", "<!DOCTYPE html>"),
        ("markdown", "text/markdown", "### "),
        ("junit", "application/xml", "<?xml"),
    ],
)
def test_reports_have_their_media_type(toy: Api, format_: str, media_type: str, beginning: str) -> None:
    create(toy)
    response = get(toy, format=format_)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.text.startswith(beginning)


def test_junit_is_well_formed(toy: Api) -> None:
    create(toy, 5)
    suites = ElementTree.fromstring(get(toy, format="junit").text)
    assert suites.get("failures") == "1"


def test_what_is_missing_in_the_journal_fails_the_verdict_on_all_sessions(
    toy: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(toy)
    assert get(toy, session="*").json()["complaints"] == []
    file = LineFile(tmp_path / "journal.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(line_file.os, "write", lambda *_: 0)
        file.append(b"{}")
    file.close()
    try:
        complaints = get(toy, session="*").json()["complaints"]
    finally:
        lost = take_missing_lines()
    assert complaints == lost
    assert lost[0].startswith(f"1 line is missing in {file.path}: ")


def test_sessions_are_judged_separately_and_star_selects_all(toy: Api) -> None:
    create(toy, 5, session="bad")
    create(toy, session="good")
    assert get(toy, session="good").json()["verdict"] == "kept"
    assert get(toy, session="bad").json()["verdict"] == "broken"
    merged = get(toy, session="*").json()
    assert (merged["verdict"], merged["exchanges"], merged["sessions"]) == ("broken", 2, ["bad", "good"])


def test_many_sessions_are_merged_exactly(toy: Api) -> None:
    for number in range(250):
        create(toy, number if number % 5 == 0 else f"{number}@b.c", session=f"s{number}")
    merged = get(toy, session="*").json()
    assert (merged["exchanges"], merged["faulty"], len(merged["sessions"])) == (250, 50, 250)
    assert [finding["count"] for finding in merged["findings"]] == [50]


def test_an_unknown_session_is_404_with_the_known_ones(toy: Api) -> None:
    create(toy, session="checkout")
    response = get(toy, session="chekout")
    assert response.status_code == 404
    expected = "no request was sent to a session 'chekout': there are checkout; use * for all sessions"
    assert response.json()["detail"] == expected


def test_before_any_request_there_is_an_empty_verdict(toy: Api) -> None:
    assert get(toy).json()["exchanges"] == 0
    assert get(toy, session="*").json()["exchanges"] == 0


def test_vendors_and_allowed_mistakes_can_be_passed(toy: Api) -> None:
    assert get(toy, vendor="toy").json()["coverage"]["total"] == 2
    create(toy, 5)
    assert get(toy, allow=[f"{OPERATION}:409", f"{OPERATION}:400"]).json()["verdict"] == "kept"


@pytest.mark.parametrize(
    "query", [{"format": "pdf"}, {"vendor": "unknown"}, {"allow": "x"}, {"allow": "toy.x:400"}, {"sesion": "a"}]
)
def test_an_invalid_query_is_rejected(toy: Api, query: dict[str, str]) -> None:
    response = get(toy, **query)
    assert response.status_code == 400
    assert response.json()["detail"]


def test_the_endpoint_creates_no_session(toy: Api) -> None:
    get(toy)
    get(toy, session="other")
    assert list(toy.app.mock_app.sessions) == []


@pytest.mark.one_process
@pytest.mark.parametrize("query", [{"session": "*"}, {}], ids=["all sessions", "a session with many places"])
def test_verdicts_that_take_long_are_made_one_at_a_time(
    toy: Api, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    for number in range(12):
        toy.post("/toy/contacts", json={"email": "ada@example.com", f"unknown{number}": 1})
    begun, most = [0], [0]

    async def judged(*arguments: Any) -> Verdict:
        begun[0] += 1
        most[0] = max(most[0], begun[0])
        return await verdict_on(*arguments)

    def rendered(*arguments: Any) -> bytes:
        begun[0] -= 1
        return render(*arguments)

    verdict_on, render = control.verdict_on, control._rendered
    monkeypatch.setattr(control, "verdict_on", judged)
    monkeypatch.setattr(control, "_rendered", rendered)
    route = control.direct_routes(toy.app.mock_app)["GET", "/__admin/verdict"]
    request = ControlRequest(urlencode(query), b"", None, "http://localhost")

    async def ask() -> set[int]:
        return {each.status for each in await asyncio.gather(*[route(request) for _ in range(10)])}

    assert toy.run(ask()) == {200}
    assert (begun, most) == ([0], [1])
