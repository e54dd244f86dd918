"""Nothing in a request is executed, opened or fetched, and violations do not show values sent."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from crm_mocks.vendor import vendor_names
from tests.conftest import Api

CANARY = "zqcanary7"
_WATCHED = (
    "open",
    "os.",
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.",
    "exec",
    "compile",
    "import",
    "ctypes.",
)


class Watch:
    """Records what the interpreter opens, imports, runs or connects to."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.on = False
        sys.addaudithook(self._audit)  # cannot be removed, so it is active on demand only

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event.startswith(_WATCHED):
            self.seen.append(f"{event} {arguments!r:.2000}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture
def bait(tmp_path: Path) -> Path:
    """A file that must not be opened."""
    path = tmp_path / f"{CANARY}.yaml"
    path.write_text(f'content: "{CANARY}-content"', encoding="utf-8")
    return path


@pytest.fixture
def watched(watch: Watch, bait: Path) -> Iterator[list[str]]:
    """Actions of the interpreter during the test."""
    watch.seen.clear()
    watch.on = True
    yield watch.seen
    watch.on = False


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A local port that must not be connected to, even by Rust code."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


def lures(listener: socket.socket, mark: Path) -> list[str]:
    """Return strings that template engines, shells, parsers and HTTP clients would act upon."""
    port = listener.getsockname()[1]
    return [
        f"http://127.0.0.1:{port}/{CANARY}",
        f"file://{mark}",
        str(mark),
        f"../../../..{mark}",
        f"{{{{ 7*7 }}}}{{% include '{mark}' %}}{{{{ cycler.__init__.__globals__.os.popen('touch {mark}.run') }}}}",
        f"${{jndi:ldap://127.0.0.1:{port}/{CANARY}}}#{{7*7}}<%= 7*7 %>",
        f"!!python/object/apply:os.system ['touch {mark}.run']",
        f"$(touch {mark}.run)`touch {mark}.run`; touch {mark}.run",
        f"__import__('os').system('touch {mark}.run')",
        f"<!DOCTYPE x [<!ENTITY e SYSTEM 'http://127.0.0.1:{port}/{CANARY}'>]><x>&e;</x>",
    ]


def baited(lure: str, example: Any) -> Iterator[Any]:
    """Yield bodies with a lure at every place of an example, and in members that parsers treat specially."""
    if isinstance(example, dict):
        for name in example:
            yield {**example, name: lure}
    yield {"$ref": lure, "$schema": lure, "__proto__": lure, "file": lure, "url": lure, "template": lure}
    yield lure


def touched(watched: list[str]) -> list[str]:
    return [each for each in watched if CANARY in each]


@pytest.mark.parametrize("vendor", vendor_names())
def test_nothing_in_a_request_to_a_mock_is_executed_or_fetched(
    api: Callable[..., Api], vendor: str, listener: socket.socket, bait: Path, watched: list[str]
) -> None:
    mock = api(vendor)
    sent = 0
    for operation in mock.app.mock_app.contracts[vendor].operations.values():
        examples = list(operation.body.examples.values()) if operation.body else []
        example = examples[0][1] if examples else {}
        for lure in lures(listener, bait):
            headers = {
                "Accept-Language": lure,
                "Prefer": f"example={lure}",
                "Referer": lure,
                "X-Api-Key": lure,
                "X-Callback-Url": lure,
                "Content-Type": "application/json",
            }
            mock.request(operation.method, operation.path, params={"url": lure, "__example": lure}, headers=headers)
            mock.request(operation.method, f"{operation.path}/{lure}")
            for body in baited(lure, example):
                answer = mock.request(operation.method, operation.path, content=orjson.dumps(body), headers=headers)
                assert f"{CANARY}-content" not in answer.text
                sent += 1
    assert sent > 50
    assert touched(watched) == []
    assert list(bait.parent.iterdir()) == [bait]


def test_nothing_in_a_control_request_is_executed_or_fetched(
    toy: Api, listener: socket.socket, bait: Path, watched: list[str]
) -> None:
    for lure in lures(listener, bait):
        for method, path, body in [
            ("PUT", "settings", {"toy.latency_ms": lure}),
            ("PUT", "settings", {"toy": {"lead_config": lure}}),
            ("PUT", "settings", {lure: lure}),
            ("PUT", "records?vendor=toy&kind=contacts", {"id": "1", "email": lure, "$ref": lure}),
            ("PUT", "records?vendor=toy&kind=contacts", lure),
            ("POST", "sessions", {"session": lure}),
            ("POST", "reset", {"session": lure}),
            ("POST", "clock", {"set": lure}),
            ("POST", "responses", {"operation": "toy.createContact", "body": lure, "headers": {"X-File": lure}}),
            ("POST", "responses", {"operation": "toy.createContact", "bodyFileName": lure}),
            ("POST", "responses", {"operation": "toy.createContact", "example": lure}),
            ("POST", "requests/find", {"match": {"$ref": lure}, "path": lure}),
        ]:
            answer = toy.request(method, f"/__admin/{path}", json=body)
            assert answer.status_code < 500
            assert f"{CANARY}-content" not in answer.text
        toy.get("/__admin/records", params={"vendor": "toy", "kind": lure, "key": lure})
        toy.get("/openapi/" + lure)
        toy.post("/toy/contacts", json={"email": "ada@example.com"})  # gets what was queued
        assert f"{CANARY}-content" not in toy.get("/__admin/requests").text
    assert touched(watched) == []
    assert list(bait.parent.iterdir()) == [bait]


@pytest.mark.parametrize("vendor", vendor_names())
def test_settings_changed_by_the_control_api_cannot_name_files(
    api: Callable[..., Api], vendor: str, bait: Path, watched: list[str]
) -> None:
    mock = api(vendor)
    for name in mock.get("/__admin/settings").json()[vendor]:
        before = mock.get("/__admin/settings").text
        for given in (str(bait), f"file://{bait}", f"@{bait}"):
            answer = mock.request("PUT", "/__admin/settings", json={f"{vendor}.{name}": given})
            if answer.status_code == 400:
                assert mock.get("/__admin/settings").text == before
    assert touched(watched) == []


def test_the_watch_detects_file_access(watched: list[str], bait: Path) -> None:
    bait.read_text(encoding="utf-8")
    assert touched(watched)


def _spoiled(value: Any) -> Iterator[Any]:
    """Yield copies of a body with a wrong value at each place in turn, of each JSON type."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for spoiled in _spoiled(inner):
                yield {**value, name: spoiled}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            for spoiled in _spoiled(inner):
                yield [*value[:number], spoiled, *value[number + 1 :]]
    yield from (f"{CANARY} {'x' * 5000}", [CANARY], {"value": CANARY})


@pytest.mark.parametrize("vendor", vendor_names())
def test_no_violation_shows_the_value_that_broke_the_rule(
    api: Callable[..., Api], vendor: str, figures: Callable[[str], None]
) -> None:
    mock = api(vendor)
    listed = 0
    for operation in mock.app.mock_app.contracts[vendor].operations.values():
        for media_type, example in list(operation.body.examples.values())[:2] if operation.body else []:
            for body in _spoiled(example):
                sent = {"data": body} if "form" in media_type.name and isinstance(body, dict) else {"json": body}
                headers = {parameter.name: CANARY for parameter in operation.parameters if parameter.place == "header"}
                headers |= {"X-Api-Key": CANARY, "Authorization": f"Bearer {CANARY}"}
                answer = mock.request(operation.method, operation.path, headers=headers, **sent)
                shown = answer.headers.get("sl-violations", "")
                listed += bool(shown)
                assert CANARY not in shown
    entries = [violation.as_json() for entry in mock.entries() for violation in entry.violations]
    assert CANARY not in orjson.dumps(entries, default=str).decode()
    assert listed > 10
    figures(f"{vendor}: {listed} answers with sl-violations, none shows a value")
