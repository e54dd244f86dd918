"""Files of recorded traffic: HAR, cassettes, journals and Postman collections, mutated."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.recordings import read
from crm_contracts.report.formats import render
from crm_mocks.errors import UsageError
from crm_mocks.state.journal_file import LINE_START
from tests.conftest import Api
from tests.hostile.attack import Attack, Input
from tests.hostile.mutations import mutated, mutated_bytes
from tests.recordings.making import cassette, har, ruby_cassette

EXCHANGES = [
    Exchange(
        method="POST",
        url="https://crm.example.com/api/leads?dry=1&api_key=hk-8e1f2a",
        request_headers=(
            ("content-type", "application/json"),
            ("authorization", "Basic bWU6aHVudGVyMg=="),
            ("x-a", "1"),
            ("x-a", "2"),
        ),
        request_body='{"city": "Köln"}'.encode(),
        status=200,
        response_headers=(("Content-Type", "application/json"), ("Date", "Sat, 31 Jan 2026 12:00:00 GMT")),
        response_body=b'{"Status": 1, "Message": "Leads sent.", "Leads": []}',
    ),
    Exchange(
        method="POST",
        url="https://crm.example.com/api/leads/SendAcknos",
        request_headers=(("content-type", "application/json"),),
        request_body=b'[{"IDLeadBank": 1001}]',
        status=429,
        response_headers=(("Retry-After", "30"), ("Content-Encoding", "gzip")),
        response_body=b"\x1f\x8b\xff",
    ),
]
COLLECTION = {
    "info": {"name": "Leads", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "variable": [{"key": "base", "value": "https://crm.example.com"}],
    "auth": {"type": "basic", "basic": [{"key": "username", "value": "a"}, {"key": "password", "value": "b"}]},
    "item": [
        {
            "name": "Leads",
            "request": {
                "method": "POST",
                "header": [{"key": "Content-Type", "value": "application/json"}],
                "url": {"raw": "{{base}}/api/leads?a=b", "host": ["{{base}}"], "path": ["api", "leads"]},
                "body": {"mode": "raw", "raw": "2"},
            },
            "response": [
                {
                    "name": "ok",
                    "originalRequest": {
                        "method": "POST",
                        "url": "{{base}}/api/leads",
                        "body": {"mode": "raw", "raw": "2"},
                    },
                    "code": 200,
                    "header": [{"key": "Content-Type", "value": "application/json"}],
                    "body": '{"Status": 1}',
                }
            ],
        }
    ],
}


class Recordings(Attack):
    """A mutated file is read and judged, or refused by one line; `check` reports it in any format."""

    def __init__(self, name: str, documents: list[Any], *, lines: bool = False) -> None:
        super().__init__(name)
        self._documents = documents
        self._lines = lines
        self._path = Path(self.held.enter_context(tempfile.TemporaryDirectory())) / "traffic"
        self._judge = ExchangeJudge(("leadbank",), {})

    def make(self, rng: Random) -> Input:
        document = rng.choice(self._documents)
        changed = mutated(rng, document) if rng.random() < 0.7 else document
        data = self._bytes(rng, changed)
        if changed is document:
            data = mutated_bytes(rng, data)
        return {"file": data.decode("latin-1"), "format": rng.choice(("junit", "html", "json", "markdown", "terminal"))}

    def _bytes(self, rng: Random, document: Any) -> bytes:
        if self._lines:
            entries = document if isinstance(document, list) else [document]
            return b"".join(LINE_START + json.dumps(each).encode()[1:] + b"\n" for each in entries)
        if rng.random() < 0.3:
            return yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "replace")
        return json.dumps(document, default=lambda value: value.decode("latin-1")).encode()

    def fault(self, made: Input) -> str:
        self._path.write_bytes(made["file"].encode("latin-1"))
        collector = Collector(self._judge, "Recorded traffic")
        try:
            for exchange in read(self._path, collector.note_unread):
                collector.add(exchange)
        except UsageError as error:
            return f"an error of several lines: {error}" if "\n" in str(error) else ""
        render(report(collector.verdict(), "check"), made["format"]).encode(
            "utf-8", "backslashreplace"
        )  # as it is written
        return ""


def har_files(name: str) -> Recordings:
    """Return the attack on HAR files."""
    return Recordings(name, [har(EXCHANGES)])


def cassettes(name: str) -> Recordings:
    """Return the attack on cassettes of VCR.py and VCR."""
    return Recordings(name, [cassette(EXCHANGES), ruby_cassette(EXCHANGES[:1])])


def journals(name: str) -> Recordings:
    """Return the attack on journals of the control API."""
    return Recordings(name, [journal()])


def journal_files(name: str) -> Recordings:
    """Return the attack on files that `--journal` writes."""
    return Recordings(name, [journal()["requests"]], lines=True)


def collections(name: str) -> Recordings:
    """Return the attack on Postman collections."""
    return Recordings(name, [COLLECTION])


def journal() -> dict[str, Any]:
    """Return a journal with a valid, an invalid and an unmatched request."""
    api = Api("leadbank")
    api.post("/api/leads", json=2)
    api.post("/api/leads", json="x")
    api.get("/api/nothing")
    found: dict[str, Any] = api.get("/__admin/requests").json()
    api.close()
    return found
