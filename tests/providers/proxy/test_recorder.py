"""Exchanges of a proxy are judged, reported once, and kept."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import yaml

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side
from crm_contracts.judge.reports.verdict_report import report
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
    """A mock called through a proxy."""

    def __init__(self, vendor, **options):
        super().__init__(vendor, **options)
        self.lines = []
        self.recorder = ProxyRecorder(
            ExchangeJudge((vendor,), options.get("settings", {}), URL), URL, self.lines.append
        )
        proxy = Proxy(URL, Exact(httpx.ASGITransport(self.app)), body_bytes=2**24)
        proxy.application._record = self.recorder.add
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(proxy.application), base_url="http://127.0.0.1:4020"
        )


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_provider_that_satisfies_the_contract_has_no_findings(vendor):
    known = causes(vendor)
    operations = Variant(vendor).contract().operations
    for key, cause in known.CAUSES.items():
        operation, _, outcome = key.partition(".")
        if outcome not in operations[operation].outcomes or key in getattr(known, "SETTINGS", {}):
            continue
        mock = Proxied(vendor)
        cause(mock)
        verdict = mock.recorder.verdict()
        assert verdict.exchanges == len(mock.entries()) > 0
        assert verdict.failing_of(Side.PROVIDER) == (), key
        assert verdict.complaints == ()
        mock.close()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_valid_request_gets_the_response_of_the_provider(vendor, api):
    for operation in Variant(vendor).operations():
        direct, proxied = api(vendor), Proxied(vendor)
        request = causes(vendor).VALID[operation.id]
        expected = direct.request(**request(direct))
        response = proxied.request(**request(proxied))
        assert (response.status_code, response.content) == (
            expected.status_code,
            expected.content,
        )
        assert proxied.recorder.verdict().findings == ()
        proxied.close()


def recorder_of_vendor(cassette=None):
    vendor, lines = any_vendor(), []
    return (
        ProxyRecorder(ExchangeJudge((vendor,), {}, URL), URL, lines.append, cassette),
        lines,
        URL + first_path(vendor),
    )


def test_a_finding_is_reported_once_and_counted():
    recorder, lines, url = recorder_of_vendor()
    for _ in range(3):
        recorder.add(Exchange("PUT", url, status=405, response_headers=(("Content-Type", "text/html"),)))
        recorder.add(Exchange("POST", url, failure="no connection: refused"))
    (line,) = [line for line in lines if line.startswith("provider")]
    assert line.endswith("no-answer  no connection: refused")
    (finding,) = recorder.verdict().failing_of(Side.PROVIDER)
    assert finding.count == 3


def test_control_characters_are_not_printed():
    recorder, lines, url = recorder_of_vendor()
    recorder.add(Exchange("POST", url, failure="invalid HTTP response: \x1b[31mred\x07"))
    assert lines
    assert all(line.isprintable() for line in lines)


def test_complaints_are_reported_once_and_fail_the_run():
    recorder, lines, _ = recorder_of_vendor()
    recorder.complain("a request was not forwarded")
    recorder.complain("a request was not forwarded")
    assert lines == ["a request was not forwarded"]
    assert recorder.verdict().exit_code() == 1


def test_an_unmatched_request_without_a_response_fails_the_run():
    recorder, lines, _ = recorder_of_vendor()
    recorder.add(Exchange("GET", f"{URL}/other", failure="no connection: refused"))
    assert lines == ["a request that matches no operation got no response: no connection: refused"]
    assert recorder.verdict().exit_code() == 1


@pytest.mark.parametrize("path", [first_path(any_vendor()), "/other"])
def test_credentials_in_a_failure_are_redacted(path):
    recorder, lines, _ = recorder_of_vendor()
    secret = "s3cr3t-of-the-client"
    quoted = f"invalid HTTP response: illegal header line: bytearray(b'authorization Bearer {secret}')"
    recorder.add(Exchange("POST", URL + path, (("Authorization", f"Bearer {secret}"),), failure=quoted))
    texts = "\n".join([*lines, *(render(report(recorder.verdict()), kind) for kind in ("terminal", "json", "html"))])
    assert "illegal header line: bytearray" in texts
    assert secret not in texts


def test_the_cassette_has_no_credentials(tmp_path):
    path = tmp_path / "c.yaml"
    recorder, _, url = recorder_of_vendor(Cassette(path))
    secret = "s3cr3t-of-the-client"
    recorder.add(Exchange("POST", url, (("Authorization", f"Bearer {secret}"),), b"{}", 401, (), secret.encode()))
    recorder.close()
    assert secret not in path.read_text("utf-8")
    (kept,) = yaml.safe_load(path.read_text("utf-8"))["interactions"]
    assert kept["request"]["headers"]["Authorization"] == ["Bearer ***"]


def test_a_body_that_could_not_be_decompressed_is_not_recorded(tmp_path):
    path = tmp_path / "c.yaml"
    recorder, _, url = recorder_of_vendor(Cassette(path))
    headers = (("Content-Encoding", "x-own"), ("Server", "crm"))
    recorder.add(Exchange("GET", url, status=200, response_headers=headers, missing_parts=(Part.RESPONSE_BODY,)))
    recorder.close()
    [kept] = read(path, lambda _: None)
    assert Part.RESPONSE_BODY in kept.missing_parts


def test_an_exchange_that_cannot_be_judged_is_kept(tmp_path):
    path = tmp_path / "c.yaml"
    recorder, _, url = recorder_of_vendor(Cassette(path))
    recorder._judge.judge = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        recorder.add(Exchange("POST", url, status=200))
    recorder.close()
    assert len(yaml.safe_load(path.read_text("utf-8"))["interactions"]) == 1


def test_concurrent_exchanges_are_not_mixed_up():
    async def echo(request):
        await asyncio.sleep(0)
        return httpx.Response(200, content=request.content)

    async def together():
        proxy = Proxy(URL, Exact(httpx.MockTransport(echo)))
        responses = await asyncio.gather(*(proxy.request("POST", f"/{n}", content=str(n)) for n in range(20)))
        return responses, proxy.seen

    responses, seen = asyncio.run(together())
    assert [response.text for response in responses] == [str(n) for n in range(20)]
    assert {(each.url, each.request_body, each.response_body) for each in seen} == {
        (f"{URL}/{n}", str(n).encode(), str(n).encode()) for n in range(20)
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_cassette_gets_the_verdict_of_the_proxy(vendor, tmp_path):
    path = tmp_path / "c.yaml"
    for operation in Variant(vendor).operations():
        mock = Proxied(vendor)
        mock.recorder._cassette = Cassette(path)
        mock.request(**causes(vendor).VALID[operation.id](mock))
        mock.recorder.close()
        live = mock.recorder.verdict()
        kept = Collector(ExchangeJudge((vendor,), {}, URL), "Kept")
        for exchange in read(path, lambda _: None):
            kept.add(exchange)
        assert kept.verdict().exchanges == live.exchanges > 0
        assert kept.verdict().findings == live.findings == ()
        mock.close()
