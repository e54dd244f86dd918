"""What goes through a proxy is examined, told once, and kept."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import yaml

from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side
from crm_contracts.judge.report import report
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.providers.proxy.recorder import ProxyRecorder
from crm_contracts.recordings import read
from crm_contracts.report.formats import render
from tests.conftest import Api
from tests.providers.proxy.through import Exact, Proxy
from tests.server.serving import any_vendor, first_path
from tests.vendors.discovery import VENDORS, Variant, causes

URL = "https://crm.example.com"


class Proxied(Api):
    """A mock that is called through a proxy."""

    def __init__(self, vendor, **options):
        super().__init__(vendor, **options)
        self.lines = []
        self.watch = ProxyRecorder(ExchangeJudge((vendor,), options.get("settings", {}), URL), URL, self.lines.append)
        proxy = Proxy(URL, Exact(httpx.ASGITransport(self.app)), body_bytes=2**24)
        proxy.application._noted = self.watch.add
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(proxy.application), base_url="http://127.0.0.1:4020"
        )


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_provider_that_keeps_the_contract_is_not_blamed(vendor):
    known = causes(vendor)
    operations = Variant(vendor).contract().operations
    for key, cause in known.CAUSES.items():
        operation, _, outcome = key.partition(".")
        if outcome not in operations[operation].outcomes or key in getattr(known, "SETTINGS", {}):
            continue
        mock = Proxied(vendor)
        cause(mock)
        examination = mock.watch.verdict()
        assert examination.exchanges == len(mock.entries()) > 0
        assert examination.failing_of(Side.PROVIDER) == (), key
        assert examination.complaints == ()
        mock.close()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_valid_request_is_answered_as_by_the_provider_itself(vendor, api):
    for operation in Variant(vendor).operations():
        direct, proxied = api(vendor), Proxied(vendor)
        request = causes(vendor).VALID[operation.id]
        there = direct.request(**request(direct))
        here = proxied.request(**request(proxied))
        assert (here.status_code, here.content) == (there.status_code, there.content)
        assert proxied.watch.verdict().findings == ()
        proxied.close()


def watching(cassette=None):
    vendor, lines = any_vendor(), []
    return (
        ProxyRecorder(ExchangeJudge((vendor,), {}, URL), URL, lines.append, cassette),
        lines,
        URL + first_path(vendor),
    )


def test_a_finding_is_told_once_and_counted():
    watch, lines, url = watching()
    for _ in range(3):
        watch.add(Exchange("PUT", url, status=405, response_headers=(("Content-Type", "text/html"),)))
        watch.add(Exchange("POST", url, failure="no connection: refused"))
    (line,) = [line for line in lines if line.startswith("provider")]
    assert line.endswith("no-answer  no connection: refused")
    (finding,) = watch.verdict().failing_of(Side.PROVIDER)
    assert finding.count == 3


def test_what_a_provider_says_plays_no_tricks_on_terminals():
    watch, lines, url = watching()
    watch.add(Exchange("POST", url, failure="no answer in HTTP: \x1b[31mred\x07"))
    assert lines
    assert all(line.isprintable() for line in lines)


def test_complaints_are_told_once_and_fail_the_run():
    watch, lines, _ = watching()
    watch.complain("a request was not passed on")
    watch.complain("a request was not passed on")
    assert lines == ["a request was not passed on"]
    assert watch.verdict().exit_code() == 1


def test_a_request_of_no_operation_that_is_not_answered_fails_the_run_too():
    watch, lines, _ = watching()
    watch.add(Exchange("GET", f"{URL}/other", failure="no connection: refused"))
    assert lines == ["a request of no operation was not answered: no connection: refused"]
    assert watch.verdict().exit_code() == 1


@pytest.mark.parametrize("path", [first_path(any_vendor()), "/other"])
def test_what_a_failure_quotes_has_no_credentials(path):
    watch, lines, _ = watching()
    secret = "s3cr3t-of-the-client"
    quoted = f"no answer in HTTP: illegal header line: bytearray(b'authorization Bearer {secret}')"
    watch.add(Exchange("POST", URL + path, (("Authorization", f"Bearer {secret}"),), failure=quoted))
    told = "\n".join([*lines, *(render(report(watch.verdict()), kind) for kind in ("terminal", "json", "html"))])
    assert "illegal header line: bytearray" in told
    assert secret not in told


def test_exchanges_are_kept_without_credentials(tmp_path):
    path = tmp_path / "c.yaml"
    watch, _, url = watching(Cassette(path))
    secret = "s3cr3t-of-the-client"
    watch.add(Exchange("POST", url, (("Authorization", f"Bearer {secret}"),), b"{}", 401, (), secret.encode()))
    watch.close()
    assert secret not in path.read_text("utf-8")
    (kept,) = yaml.safe_load(path.read_text("utf-8"))["interactions"]
    assert kept["request"]["headers"]["Authorization"] == ["Bearer ***"]


def test_an_exchange_that_cannot_be_examined_is_kept_all_the_same(tmp_path):
    path = tmp_path / "c.yaml"
    watch, _, url = watching(Cassette(path))
    watch._collector.add = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        watch.add(Exchange("POST", url, status=200))
    watch.close()
    assert len(yaml.safe_load(path.read_text("utf-8"))["interactions"]) == 1


def test_exchanges_at_the_same_time_are_kept_apart():
    async def echo(request):
        await asyncio.sleep(0)
        return httpx.Response(200, content=request.content)

    async def together():
        proxy = Proxy(URL, Exact(httpx.MockTransport(echo)))
        answers = await asyncio.gather(*(proxy.request("POST", f"/{n}", content=str(n)) for n in range(20)))
        return answers, proxy.seen

    answers, seen = asyncio.run(together())
    assert [answer.text for answer in answers] == [str(n) for n in range(20)]
    assert {(each.url, each.request_body, each.response_body) for each in seen} == {
        (f"{URL}/{n}", str(n).encode(), str(n).encode()) for n in range(20)
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_kept_is_found_as_good_as_it_was(vendor, tmp_path):
    path = tmp_path / "c.yaml"
    for operation in Variant(vendor).operations():
        mock = Proxied(vendor)
        mock.watch._cassette = Cassette(path)
        mock.request(**causes(vendor).VALID[operation.id](mock))
        mock.watch.close()
        live = mock.watch.verdict()
        kept = Collector(ExchangeJudge((vendor,), {}, URL), "Kept")
        for exchange in read(path):
            kept.add(exchange)
        assert kept.verdict().exchanges == live.exchanges > 0
        assert kept.verdict().findings == live.findings == ()
        mock.close()
