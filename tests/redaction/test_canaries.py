"""No secret gets from any place of a request into any output."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson
import pytest
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.providers.proxy.recorder import ProxyRecorder
from crm_contracts.report.formats import FORMATS, render
from crm_mocks.admin.event_entries import summary
from crm_mocks.cli.request_log import json_line, text_line
from crm_mocks.state.entry_codec import encode_entry
from crm_mocks.state.journal_file import JournalFile
from crm_mocks.state.shared.stats import exchange_change
from crm_mocks.vendor import Vendor
from tests.conftest import Api
from tests.judge.helpers import verdict

CONTACTS = "/toy/contacts"
URL = "https://crm.example.com"
CANARIES = {
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ",
    "token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "password": "Tr0ub4dor3x",
    "number": "4929123456781234",
}
KEYS = {"X-Key": "demo-key"}
JSON = {"Content-Type": "application/json"}
STANDARD_HEADERS = ("Accept", "Accept-Language", "Expect", "If-Modified-Since", "Prefer", "TE", "User-Agent", "Via")
XML = "<contact><pin>{}</pin></contact>"
PART = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n--b--\r\n'


def _json(body: Any) -> dict[str, Any]:
    return {"content": json.dumps(body), "headers": JSON}


def _typed(media_type: str, content: str) -> dict[str, Any]:
    return {"content": content, "headers": {"Content-Type": media_type}}


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "segment of an unknown path": lambda secret: {"url": f"/toy/contact/{secret}"},
    "end of a long path": lambda secret: {"url": f"/toy/contact/{'long-' * 10}/{secret}/{'long-' * 10}"},
    "long media type": lambda secret: _typed(f"application/{'long-' * 10}{secret}{'-long' * 10}", "x"),
    "segment after a name": lambda secret: {"url": f"/toy/token/{secret}/x"},
    "path of no vendor": lambda secret: {"url": f"/nowhere/{secret}"},
    "matrix parameter": lambda secret: {"url": f"{CONTACTS};jsessionid={secret}"},
    "name of a matrix parameter": lambda secret: {"url": f"{CONTACTS};{secret}=1"},
    "header of the mocks": lambda secret: {"headers": {"SL-Violations": secret}},
    "User-Agent in percent-encoding": lambda secret: {
        "headers": {"User-Agent": "".join(f"%{ord(each):02x}" for each in secret)}
    },
    "User-Agent in base64": lambda secret: {"headers": {"User-Agent": base64.b64encode(secret.encode()).decode()}},
    "query": lambda secret: {"url": f"{CONTACTS}?state={secret}"},
    "name in the query": lambda secret: {"url": f"{CONTACTS}?{secret}"},
    "query that steers": lambda secret: {"url": f"{CONTACTS}?__example={secret}&__code={secret}"},
    "query in percent-encoding": lambda secret: {
        "url": f"{CONTACTS}?st%61te={quote(secret[:1])}%{ord(secret[1]):02x}{secret[2:]}"
    },
    "cookie": lambda secret: {"headers": {"Cookie": f"theme=dark; id={secret}"}},
    "Authorization": lambda secret: {"headers": {"Authorization": f"Bearer {secret}"}},
    "headers of HTTP": lambda secret: {"headers": dict.fromkeys(STANDARD_HEADERS, f"me {secret}/1")},
    "user in Host": lambda secret: {"headers": {"Host": f"me:{secret}@localhost"}},
    "method": lambda secret: {"method": secret.replace(".", "-")},
    "media type": lambda secret: _typed(f"application/{secret}", "x"),
    "twice percent-encoded": lambda secret: {
        "url": f"{CONTACTS}?state={''.join(f'%25{ord(each):02x}' for each in secret)}"
    },
    "Referer": lambda secret: {"headers": {"Referer": f"https://shop.example.com/{secret}?a={secret}"}},
    "X-Session-Id": lambda secret: {"headers": {"X-Session-Id": secret}},
    "X-Jwt": lambda secret: {"headers": {"X-Jwt": secret}},
    "header of the client's own": lambda secret: {"headers": {"X-Trace": secret}},
    "name of an empty header": lambda secret: {"headers": {f"X-{secret.replace('.', '-')}": ""}},
    "name of a header": lambda secret: {"headers": {f"X-{secret.replace('.', '-')}": "1"}},
    "JSON string": lambda secret: _json({"email": "a@b.c", "note": secret}),
    "JSON number": lambda secret: _json({"email": "a@b.c", "pin": int.from_bytes(secret.encode()[:7])}),
    "JSON number without a telling name": lambda secret: (
        _json({"email": "a@b.c", "n": int(secret)}) if secret.isdigit() else _json({"n": secret})
    ),
    "key with spaces": lambda secret: _json({"email": "a@b.c", "my api key": secret}),
    "key": lambda secret: _json({"email": "a@b.c", secret: 1}),
    "nested object": lambda secret: _json({"email": "a@b.c", "more": {"deep": {"note": secret}}}),
    "array": lambda secret: _json({"email": "a@b.c", "more": [[secret], {"x": [secret]}]}),
    "object in place of a string": lambda secret: _json({"email": {"x": secret}}),
    "repeated member": lambda secret: {"content": f'{{"email":{{"x":"{secret}"}},"email":"a@b.c"}}', "headers": JSON},
    "array in place of an object": lambda secret: _json([secret]),
    "escaped JSON": lambda secret: {
        "content": f'{{"email":"a@b.c","note":"\\u{ord(secret[0]):04x}{secret[1:]}"}}',
        "headers": JSON,
    },
    "broken JSON": lambda secret: {"content": f'{{"email":"a@b.c","note":"{secret}"', "headers": JSON},
    "broken JSON of one word": lambda secret: {"content": secret + "x", "headers": JSON},
    "UTF-16": lambda secret: {"content": json.dumps({"note": secret}).encode("utf-16"), "headers": JSON},
    "charset": lambda secret: {
        "content": json.dumps({"note": secret}).encode("utf-16-le"),
        "headers": {"Content-Type": "application/json; charset=utf-16-le"},
    },
    "YAML": lambda secret: _typed("application/yaml", f"- name: x\n  pin code: {secret}\n- {secret}\n"),
    "text": lambda secret: _typed("text/plain", f"my password is {secret} don't tell"),
    "no media type": lambda secret: {"content": f"note={secret}"},
    "XML": lambda secret: _typed("application/xml", XML.format(secret)),
    "form": lambda secret: {"data": {"email": "a@b.c", "note": secret}},
    "name in a form": lambda secret: {"data": {secret: "x"}},
    "multipart field": lambda secret: _typed("multipart/form-data; boundary=b", PART.format("note", "", secret)),
    "multipart file": lambda secret: _typed(
        "multipart/form-data; boundary=b", PART.format("file", f'; filename="{secret}.txt"', secret)
    ),
    "unfinished escape": lambda secret: {"content": f'{{"note":"{secret}\\', "headers": JSON},
}


def shown_by_mocks(mock: Api, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Yield what the mocks show of their exchanges, by the name of the output."""
    entries = mock.entries()
    yield "journal", mock.get("/__admin/requests").text
    yield "HAR", mock.get("/__admin/requests/har").text
    yield "unmatched", mock.get("/__admin/requests/unmatched").text
    yield "events", orjson.dumps(list(map(summary, entries))).decode()
    yield "log", "\n".join(f"{json_line(each)}\n{text_line(each)}" for each in entries)
    yield "spill file", b"".join(map(encode_entry, entries)).decode("latin-1")
    yield "shared state", orjson.dumps(list(map(exchange_change, entries)), default=str).decode()
    path = tmp_path / "journal.jsonl"
    file = JournalFile(path, {}, {})
    for each in entries:
        file.add(each, {})
    file.close()
    yield "--journal", path.read_text("utf-8")
    result = verdict(mock)
    for form in (*FORMATS, "terminal"):
        yield f"verdict as {form}", render(report(result), form)
    yield "verdict of the control API", mock.get("/__admin/verdict").text


def shown_by_proxy(vendor: Vendor, exchanges: list[Exchange], tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a proxy shows of exchanges."""
    lines: list[str] = []
    cassette, journal = tmp_path / "cassette.yaml", tmp_path / "proxy.jsonl"
    judge = ExchangeJudge((vendor,), {}, URL)
    file = judge.journal(journal)
    recorder = ProxyRecorder(judge, URL, lines.append, Cassette(cassette), journal=file)
    for each in exchanges:
        recorder.add(each)
    recorder.close()
    file.close()
    yield "cassette", yaml.dump(yaml.safe_load(cassette.read_text("utf-8")), allow_unicode=True, width=10_000)
    yield "--journal of the proxy", journal.read_text("utf-8")
    yield "lines", "\n".join(lines)
    for form in (*FORMATS, "terminal"):
        yield f"report as {form}", render(report(recorder.verdict()), form)


def assert_absent(secret: str, outputs: Iterator[tuple[str, str]]) -> None:
    number = str(int.from_bytes(secret.encode()[:7]))
    encoded = base64.b64encode(secret.encode()).decode()
    forms = {encoded, secret, secret[:9], secret.lower(), number, secret.replace(".", "-").lower()}
    for name, output in outputs:
        text = output + unquote(output)
        found = [form for form in forms if form in text]
        assert not found, f"{name}: …{text[max(0, text.index(found[0]) - 100) :][:200]}"


@pytest.fixture
def exchanges(toy: Api) -> list[Exchange]:
    """All exchanges of the mock, as a proxy would have seen them."""
    seen: list[Exchange] = []
    toy.app.mock_app.observers.append(
        lambda entry: seen.append(
            Exchange(
                entry.method,
                f"{URL}{quote(entry.path, safe='/;=')}{'?' if entry.query else ''}{entry.query}",
                tuple(entry.request_headers),
                entry.request_body,
                entry.status,
                tuple(entry.response_headers),
                entry.response_body,
            )
        )
    )
    return seen


@pytest.mark.parametrize("kind", CANARIES)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_is_in_no_output(
    toy: Api, toy_vendor: Vendor, exchanges: list[Exchange], tmp_path: Path, place: str, kind: str
) -> None:
    secret = CANARIES[kind]
    request = PLACES[place](secret)
    toy.request(**{"method": "POST", "url": CONTACTS, **request, "headers": {**KEYS, **request.get("headers", {})}})
    assert len(exchanges) == 1
    assert_absent(secret, shown_by_mocks(toy, tmp_path))
    assert_absent(secret, shown_by_proxy(toy_vendor, exchanges, tmp_path))


def test_published_credentials_are_in_the_outputs(toy: Api, tmp_path: Path) -> None:
    toy.post(CONTACTS, json={"email": 1})
    shown = dict(shown_by_mocks(toy, tmp_path))
    for output in ("journal", "HAR", "spill file", "--journal", "verdict as json", "verdict as html"):
        assert "demo-key" in shown[output], output
