"""`crm-mocks check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.verdict import Verdict
from crm_mocks.cli import group, main
from tests.conftest import Api
from tests.judge.exchanges.test_exchange_judge import exchange_of
from tests.recordings.making import cassette, har, ruby_cassette
from tests.vendors.discovery import VENDORS, causes

BASE = "https://crm.example.com"


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("check", "crm_contracts.commands.check:command", group.ENTRY_POINTS)
    monkeypatch.setattr(group, "entry_points", EntryPoints([entry]).select)


@pytest.fixture(params=VENDORS)
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def good(vendor: str, api: Callable[..., Api]) -> list[Exchange]:
    """A valid request to each operation of a vendor, with the response of its mock."""
    mock = api(vendor, settings={"host.redact": False})
    for request in causes(vendor).VALID.values():
        mock.request(**request(mock))
    return [exchange_of(each, BASE) for each in mock.entries()]


def check(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *map(str, arguments)])
    return result.exit_code, result.output


def write(path: Path, exchanges: list[Exchange]) -> Path:
    path.write_text(json.dumps(har(exchanges)), "utf-8")
    return path


def wrong(good: list[Exchange]) -> list[Exchange]:
    return [replace(good[0], status=299)]


@pytest.mark.parametrize("make", [har, cassette, ruby_cassette])
def test_traffic_that_satisfies_the_contract_passes(
    good: list[Exchange], tmp_path: Path, make: Callable[[list[Exchange]], object]
) -> None:
    path = tmp_path / "traffic"
    path.write_text(yaml.safe_dump(make(good)), "utf-8")
    code, output = check(path)
    assert code == 0, output
    assert "Contract kept" in output


def test_traffic_that_violates_the_contract_fails_and_names_the_side(good: list[Exchange], tmp_path: Path) -> None:
    code, output = check(write(tmp_path / "traffic.har", wrong(good)))
    assert code == 1
    assert "Broken by the provider" in output
    assert "traffic.har, entry 1" in output


def test_other_files_are_checked_if_one_is_malformed(good: list[Exchange], tmp_path: Path) -> None:
    broken = tmp_path / "broken.har"
    broken.write_text("{", "utf-8")
    report = tmp_path / "report.json"
    code, output = check(broken, write(tmp_path / "traffic.har", good), "--json", report)
    assert code == 2
    assert output.splitlines()[-1].startswith("crm-mocks: ")
    assert "broken.har" in output.splitlines()[-1]
    assert json.loads(report.read_text("utf-8"))["exchanges"] == len(good)


def test_reports_are_written(good: list[Exchange], tmp_path: Path) -> None:
    files = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "html", "markdown")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    assert check(write(tmp_path / "traffic.har", wrong(good)), *options)[0] == 1
    found = Verdict.from_json(json.loads(files["json"].read_text("utf-8")))
    assert found.findings
    assert ElementTree.fromstring(files["junit"].read_text("utf-8")).get("failures") != "0"
    assert all(found.findings[0].rule in path.read_text("utf-8") for path in files.values())


def test_a_report_that_cannot_be_written_is_one_line(good: list[Exchange], tmp_path: Path) -> None:
    code, output = check(write(tmp_path / "traffic.har", good), "--html", tmp_path / "no" / "report.html")
    assert code == 2
    assert "report.html" in output.splitlines()[-1]


def test_unrelated_traffic_is_listed_and_checks_nothing(tmp_path: Path) -> None:
    other = Exchange("GET", "https://news.example.com/today", status=200)
    code, output = check(write(tmp_path / "traffic.har", [other]))
    assert code == 1
    assert "GET https://news.example.com/today" in output
    assert "nothing was checked" in output


def test_by_default_the_vendors_called_are_covered(good: list[Exchange], vendor: str, tmp_path: Path) -> None:
    path, report = write(tmp_path / "traffic.har", good), tmp_path / "report.json"
    check(path, "--json", report)
    assert json.loads(report.read_text("utf-8"))["vendors"] == [vendor]
    check(path, "--json", report, *(word for each in VENDORS for word in ("--vendor", each)))
    assert json.loads(report.read_text("utf-8"))["vendors"] == VENDORS


def test_only_the_named_vendors_are_matched(good: list[Exchange], vendor: str, tmp_path: Path) -> None:
    path = write(tmp_path / "traffic.har", good)
    other = next(each for each in VENDORS if each != vendor)
    assert check(path, "--vendor", vendor)[0] == 0
    assert "nothing was checked" in check(path, "--vendor", other)[1]


def test_requests_to_other_base_urls_are_ignored(good: list[Exchange], tmp_path: Path) -> None:
    path = write(
        tmp_path / "traffic.har",
        [*good, *(replace(each, url=f"https://x.example.com{each.url[len(BASE) :]}") for each in wrong(good))],
    )
    assert check(path)[0] == 1
    assert check(path, "--base-url", BASE)[0] == 0


def test_the_contracts_base_url_may_have_a_path(good: list[Exchange], tmp_path: Path) -> None:
    moved = [replace(each, url=each.url.replace(BASE, f"{BASE}/eu/gateway")) for each in good]
    assert check(write(tmp_path / "traffic.har", moved), "--base-url", f"{BASE}/eu/gateway/")[0] == 0


def test_the_journal_of_a_mock_is_checked(
    good: list[Exchange], vendor: str, api: Callable[..., Api], tmp_path: Path
) -> None:
    mock = api(vendor)
    for request in causes(vendor).VALID.values():
        mock.request(**request(mock))
    path = tmp_path / "journal.json"
    path.write_bytes(mock.get("/__admin/requests").content)
    code, output = check(path)
    assert code == 0, output
    assert f"{len(mock.entries())} exchange" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vendor", "nobody"], "unknown vendor 'nobody'"),
        (["--base-url", "crm.example.com"], "--base-url crm.example.com"),
        (["--base-url", "http://["], "--base-url http://["),
        (["--set", "nothing"], "--set nothing"),
        (["--set", "nobody.release=1"], "unknown setting"),
        (["--config", "nope.yaml"], "nope.yaml"),
    ],
)
def test_wrong_options_are_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "traffic.har", [])
    code, output = check(path, *arguments)
    assert code == 2
    assert message in output
    assert len(output.splitlines()) == 1


def test_without_files_the_usage_is_shown() -> None:
    assert check()[0] == 2
