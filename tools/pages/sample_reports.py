"""Reports of all commands about clients, providers and contracts with mistakes, made by the commands themselves.

The tests of pages open them, and `tools.pages.screenshots` takes pictures of them.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import httpx

import crm_mocks
from crm_mocks.contract.source import directory

REPORTS: Final = (
    *("run", "sweep", "fuzz", "verify", "push", "proxy"),
    *("check", "diff", "lint", "coverage", "history", "pytest"),
)
"""Names of the reports: commands, `coverage --history`, and pytest with the plugin."""

ROOT: Final = directory().parent
_REQUESTS: Final = ROOT / "examples" / "config_api_requests"
_RECEIVER: Final = ROOT / "examples" / "activix_receiver"
_TIMEOUT: Final = 300.0

_CLIENT: Final = """\
import os, httpx
with httpx.Client(base_url=os.environ["CRM_MOCKS_CONFIG_API_URL"], headers={"x-api-key": "demo-key"}) as crm:
    customer = {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}
    crm.get("/v1/leads/config")
    crm.post("/v1/leads/create", json={"leadCustomer": customer})
    for lastname in (7, 8, None):
        crm.post("/v1/leads/create", json={"leadCustomer": {**customer, "lastname": lastname}})
    crm.post("/v1/leads/create", json={"leadCustomer": {"firstname": "Erika", "email": "erika@example.com"}})
    crm.post("/v1/leads/create", json={"leadCustomer": {**customer, "dateOfBirth": "31.01.1990"}})
    crm.post("/v1/lead/create", json={"leadCustomer": customer})
"""
"""A client that makes some mistakes."""

_WEAK_CLIENT: Final = """\
import json, os, sys, urllib.error, urllib.request
base = os.environ["CRM_MOCKS_CONFIG_API_URL"]
lead = {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}}
def send(path, body, member):
    headers = {"x-api-key": "demo-key", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(base + path, body, headers), timeout=0.5) as response:
            print(len(str(json.load(response)[member] * 1)))
            return 0
    except urllib.error.HTTPError as error:
        print(json.load(error)["errorCode"])
        return 1
if sys.argv[1:] == ["config"]:
    sys.exit(send("/v1/leads/config", None, "additionalInformation"))
print("ready", flush=True)
for _ in sys.stdin:
    print("ready", send("/v1/leads/create", json.dumps(lead).encode(), "id"), flush=True)
"""
"""A client that survives little of what can come: it reads the lead config once, or creates leads persistently."""

_LIBRARY: Final = """\
openapi: 3.0.3
info: {{title: Library, version: '{version}'}}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
      - {{name: limit, in: query, required: {required}, schema: {{type: integer, maximum: {maximum}}}}}
      responses:
        '200':
          description: The books.
          content:
            application/json:
              schema: {{type: array, items: {{$ref: '#/components/schemas/Book'}}}}
    post:
      operationId: addBook
      requestBody:
        content:
          application/json:
            schema: {{$ref: '#/components/schemas/Book'}}
      responses:
        '201': {{description: Added.}}
  {path}:
    get:
      operationId: getBook
      parameters:
      - {{name: id, in: path, required: true, schema: {{type: string}}}}
      responses:
        '200':
          description: The book.
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/Book'}}
components:
  schemas:
    Book:
      type: object
      required: [title{also_required}]
      properties:
        title: {{type: string, pattern: '^(?=.)'}}
        pages: {{type: {pages}}}
        isbn: {{type: string}}
        language: {{type: string, enum: [{languages}]}}
"""
_OLD: Final = {
    "version": "1",
    "required": "false",
    "maximum": 100,
    "path": "/books/{id}",
    "also_required": "",
    "pages": "integer",
    "languages": "de, en, fr",
}
_NEW: Final = {
    "version": "2",
    "required": "true",
    "maximum": 50,
    "path": "/books/{id}",
    "also_required": ", isbn",
    "pages": "string",
    "languages": "de, en",
}


_RECEIVING: Final = """\
import sys
from werkzeug.serving import make_server
from activix_mistakes import StrictStatus
server = make_server("127.0.0.1", 0, StrictStatus({44, 66}, "activix", "activix-secret").app())
print(server.server_port, flush=True)
server.serve_forever()
"""
"""The receiver of examples/, with a mistake, on a port that it prints."""

_KEY: Final = {"x-api-key": "demo-key"}
_CUSTOMER: Final = {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}


def make(folder: Path, assets: str = "inline", hostile: str = "nickname") -> None:
    """Write the report of each of `REPORTS` as `<name>.html`.

    Args:
        folder: folder of the files.
        assets: value of `--report-assets`.
        hostile: name of a member that a client of `check` sends.

    Raises:
        RuntimeError: a command did not write its report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"client.py": _CLIENT, "weak_client.py": _WEAK_CLIENT, "traffic.har": _traffic(hostile)}
    files |= {f"library-{values['version']}.yaml": _LIBRARY.format(**values) for values in (_OLD, _NEW)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    campaign = ("--vendor", "config_api", "--jobs", "2", "--timeout", "5")
    with _provider() as provider, _receiver() as receiver:
        arguments: dict[str, tuple[str, ...]] = {
            "fuzz": (
                *campaign,
                "-n",
                "10",
                "--stop-after",
                "5",
                "--persistent",
                "--",
                sys.executable,
                "weak_client.py",
            ),
            "sweep": (*campaign, "--json", "sweep.json", "--", sys.executable, "weak_client.py", "config"),
            "verify": ("config_api", "--url", provider, "--examples", "2", "--phases", "scenarios,examples"),
            "run": ("--json", "run.json", "--", sys.executable, "client.py"),
            "push": ("activix", "--to", f"{receiver}/activix/leads", "--examine"),
            "check": ("traffic.har",),
            "diff": ("library-1.yaml", "library-2.yaml"),
            "lint": ("library-2.yaml", "--strict"),
        }
        with ThreadPoolExecutor(2) as pool:
            running = [
                pool.submit(_run, folder, name, _PROGRAM, name, *_html(name, assets), *rest)
                for name, rest in arguments.items()
            ]
            running += [pool.submit(_pytest, folder, assets), pool.submit(_proxy, folder, provider, assets)]
            for each in running:
                each.result()
    for name, option in (("coverage", ()), ("history", ("--history",))):
        _run(folder, name, _PROGRAM, "coverage", *option, *_html(name, assets), "run.json", "sweep.json")


_PROGRAM: Final = str(Path(sys.executable).with_name("crm-mocks"))


def _html(name: str, assets: str) -> tuple[str, ...]:
    return "--report-assets", assets, "--html", f"{name}.html"


def _run(folder: Path, name: str, *command: str) -> None:
    """Run a command that writes a report.

    Raises:
        RuntimeError: it did not.
    """
    done = subprocess.run(  # noqa: S603  # our own command
        command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT, check=False
    )
    if done.returncode not in (0, 1) or not (folder / f"{name}.html").exists():
        raise RuntimeError(f"{name}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")


def _pytest(folder: Path, assets: str) -> None:
    tests = folder / "tests"
    shutil.copytree(_REQUESTS, tests, ignore=shutil.ignore_patterns("__pycache__"))
    text = (tests / "test_config_api_client.py").read_text(encoding="utf-8")
    (tests / "test_config_api_client.py").write_text(
        text.replace('MISTAKES[os.environ["MISTAKE"]]', "MISTAKES['local_date']").replace(
            'if "MISTAKE" in os.environ else ConfigApi', ""
        )
    )
    html = folder / "pytest.html"
    _run(
        tests.parent,
        "pytest",
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(tests),
        f"--crm-mocks-html={html}",
        f"--crm-mocks-report-assets={assets}",
        f"--rootdir={tests}",
    )


def _proxy(folder: Path, provider: str, assets: str) -> None:
    """Send requests through the proxy."""
    ready = folder / "proxy.json"
    command = (_PROGRAM, "proxy", "config_api", "--to", provider, "-p", "0", "--ready-file", str(ready))
    with subprocess.Popen(  # noqa: S603  # our own command
        (*command, *_html("proxy", assets)), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        _send_requests(json.loads(ready.read_text(encoding="utf-8"))["url"])
        process.terminate()
        output, _ = process.communicate(timeout=_TIMEOUT)
    if not (folder / "proxy.html").exists():
        raise RuntimeError(f"proxy: exit code {process.returncode}\n{output}")


def _send_requests(url: str) -> None:
    with httpx.Client(base_url=url, headers=_KEY) as client:
        client.get("/v1/leads/config")
        for customer in (_CUSTOMER, {**_CUSTOMER, "email": "max at home"}):
            client.post("/v1/leads/create", json={"leadCustomer": customer})
        client.post("/v1/lead/create", json={"leadCustomer": _CUSTOMER})


def _traffic(hostile: str) -> str:
    """Return a HAR of requests and responses that break the contract."""
    with crm_mocks.serve(["config_api"], port=0, seed=1) as mocks:
        _send_requests(mocks.url)
        customer = {**_CUSTOMER, "lastname": 7, hostile: hostile}
        httpx.post(f"{mocks.url}/v1/leads/create", json={"leadCustomer": customer}, headers=_KEY)
        httpx.post(f"{mocks.url}/v1/leads/{quote(hostile)}", json={hostile: 1}, headers=_KEY)
        recorded = httpx.get(f"{mocks.url}/__admin/requests/har").text
    return recorded.replace('\\"id\\":', '\\"lead_id\\":')


@contextmanager
def _provider() -> Iterator[str]:
    """Serve our mock behind a gateway that makes mistakes; yield the URL."""
    with crm_mocks.serve(["config_api"], port=0, seed=1) as mocks:
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Gateway", (_Gateway,), {"target": urlsplit(mocks.url).netloc})
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Gateway(BaseHTTPRequestHandler):
    """Forwards requests; ids in responses become strings, and invalid bodies are accepted."""

    protocol_version = "HTTP/1.1"
    target = ""

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream = http.client.HTTPConnection(self.target)
        upstream.request(self.command, self.path, body or None, headers)
        response = upstream.getresponse()
        status, content = response.status, response.read()
        upstream.close()
        if status == 200 and b'"id":' in content:
            content = re.sub(rb'"id":\s*(\d+)', rb'"id":"\1"', content)
        if status == 400 and b"email" in content:
            status = 200
        self.send_response(status)
        for name, value in response.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "date", "server", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _forward  # noqa: N815  # names of http.server

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def _receiver() -> Iterator[str]:
    """Run a receiver of pushed leads; yield its URL."""
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", _RECEIVING], cwd=_RECEIVER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
