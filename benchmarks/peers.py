"""The peers, installed from pinned versions into `.bench/`; who cannot be installed is left out, with the reason."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import payload
from benchmarks.servers import BENCH, ROOT, Server
from crm_mocks.contract.schema import translate, translate_all

PRISM = "@stoplight/prism-cli@5.14.2"
WIREMOCK = "wiremock@3.13.2"
CONNEXION = ["connexion[flask,uvicorn]==3.3.0", "a2wsgi==1.10.10"]
BARE_NAME = "bare ASGI application"
BARE = ["uvicorn[standard]==0.54.0", "jsonschema-rs==0.60.3", "orjson==3.13.0"]


class Unavailable(Exception):
    """A peer cannot be installed here; the message says why, in one line."""


def available(report: Callable[[str], None]) -> list[Server]:
    """Install all peers; return those that can be had.

    Args:
        report: told of each peer that cannot.
    """
    BENCH.mkdir(exist_ok=True)
    found = []
    for name, make in _PEERS.items():
        try:
            found.append(make(name))
        except Unavailable as error:
            report(f"{name} is left out: {error}")
    return found


def _prism(name: str) -> Server:
    _npm(PRISM)
    contract = _written("contract.json", payload.contract().document)
    binary = BENCH / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    dynamic = ["--dynamic"] if "dynamic" in name else []
    command = ["node", str(binary), "mock", "--host", "127.0.0.1", *dynamic]
    return Server(
        name,
        lambda port: [*command, "--port", str(port), str(contract)],
        note="takes any API key; keeps neither journal nor state; answers "
        + ("made-up values, not checked" if dynamic else "the example, not checked"),
    )


def _wiremock(name: str) -> Server:
    if shutil.which("java") is None:
        raise Unavailable("there is no java here")
    _npm(WIREMOCK)
    jars = sorted((BENCH / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar"))
    if not jars:
        raise Unavailable(f"{WIREMOCK} has no jar in it")
    root = BENCH / "wiremock"
    (root / "mappings").mkdir(parents=True, exist_ok=True)
    stub = {
        "request": {
            "method": "POST",
            "urlPath": payload.path(),
            "headers": {"x-api-key": {"equalTo": payload.KEY}, "Content-Type": {"contains": "json"}},
            "bodyPatterns": [{"matchesJsonSchema": _schema(), "schemaVersion": "V4"}],
        },
        "response": {"status": 200, "jsonBody": _answer(), "headers": {"Content-Type": "application/json"}},
    }
    _written("wiremock/mappings/create.json", stub)
    command = ["java", "-jar", str(jars[0]), "--bind-address", "127.0.0.1", "--root-dir", str(root)]
    command += ["--disable-banner", "--max-request-journal-entries", "1000"]
    return Server(
        name,
        lambda port: [*command, "--port", str(port)],
        note="answers a fixed body, not checked; keeps a journal of 1,000 entries, no state",
    )


def _stock(name: str) -> Server:
    factory = "make_flask" if "Flask" in name else "make_async"
    document = {**payload.contract().document, "paths": _only_create()}
    given = _written("stock.json", {"document": document, "key": payload.KEY, "answer": _answer()})
    return _on_uvicorn(
        name,
        CONNEXION,
        given,
        ["--factory", f"benchmarks.apps.stock:{factory}"],
        "does not check formats; keeps neither journal nor state",
    )


def _bare(name: str) -> Server:
    about = {"path": payload.path(), "key": payload.KEY, "answer": _answer(), "schema": _schema()}
    given = _written("bare.json", about)
    return _on_uvicorn(name, BARE, given, ["benchmarks.apps.bare:app"], "the limit: no contract, no errors, no state")


def _on_uvicorn(name: str, requirements: list[str], given: Path, application: list[str], note: str) -> Server:
    python = environment(requirements)
    command = [str(python), "-m", "uvicorn", "--no-access-log", "--log-level", "error", *application]
    return Server(
        name,
        lambda port: [*command, "--port", str(port)],
        {"PYTHONPATH": str(ROOT), "BENCH_APP": str(given)},
        note,
    )


_PEERS: dict[str, Callable[[str], Server]] = {
    "Prism, static": _prism,
    "Prism, dynamic": _prism,
    "WireMock, JSON Schema matcher": _wiremock,
    "connexion AsyncApp": _stock,
    "connexion FlaskApp": _stock,
    BARE_NAME: _bare,
}


def _only_create() -> dict[str, Any]:
    item = payload.contract().document["paths"][payload.path()]
    return {payload.path(): {"post": item["post"]}}


def _answer() -> Any:
    return payload.contract().operations[payload.OPERATION].outcomes["created_full"].value["application/json"]


def _schema() -> dict[str, Any]:
    """Return the request's schema as plain JSON Schema draft 4, with the components that it refers to."""
    document = payload.contract().document
    body = document["paths"][payload.path()]["post"]["requestBody"]
    schema: dict[str, Any] = translate(body["content"]["application/json"]["schema"])
    return {**schema, "components": {"schemas": translate_all(document["components"]["schemas"])}}


def _written(name: str, content: Any) -> Path:
    path = BENCH / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _npm(package: str) -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Unavailable("there is no npm here")
    name, _, version = package.rpartition("@")
    manifest = BENCH / "node_modules" / name / "package.json"
    if manifest.exists() and json.loads(manifest.read_bytes())["version"] == version:
        return
    _run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(BENCH), package])


def environment(requirements: list[str]) -> Path:
    """Return the interpreter of an environment with these packages; one environment for each list of them."""
    home = BENCH / "-".join(requirements[0].replace("[", "=").split("=")[:1])
    python, done = home / "bin" / "python", home / "installed.txt"
    wanted = "\n".join(requirements)
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
        done.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Unavailable(f"{command[0]} {command[1]} failed: {last}")
