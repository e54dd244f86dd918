"""`crm-mocks proxy` with a contract that a user supplies: mistakes of client and provider are found."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.clients.stopping.process import patient_command
from tests.providers.supplied import KEY, WORKSHOP, Forward, Message, Mistake, provider, sound

Client = Callable[[httpx.Client], object]
Finding = tuple[str, str, str]


def proxied(client: Client, report: Path, mistake: Mistake = sound) -> tuple[int, set[Finding]]:
    """Let a client talk to the provider through a proxy; return exit code, and side, operation and rule of findings."""
    with provider(mistake) as url:
        command = patient_command("proxy", str(WORKSHOP), "--to", url, "--port", "0", "--json", str(report))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                base = process.stdout.readline().removeprefix("ready ").strip()
                with httpx.Client(base_url=f"{base}/api/v2", headers=KEY) as session:
                    client(session)
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=120)
            finally:
                process.kill()
    findings = json.loads(report.read_text("utf-8"))["findings"]
    return process.returncode, {(each["side"], each["operation"], each["rule"]) for each in findings}


def new_vehicle(session: httpx.Client) -> str:
    vehicle = session.post("/vehicles", json={"plate": "B-XY 1"})
    assert vehicle.status_code == 201
    return f"/vehicles/{vehicle.json()['id']}"


def careful(session: httpx.Client) -> None:
    """Use every operation as documented."""
    path = new_vehicle(session)
    visit = session.post(f"{path}/visits", data={"reason": "service", "mileage": "12000"})
    statuses = [
        visit.status_code,
        session.get(f"{path}/visits/{visit.json()['id']}").status_code,
        session.patch(path, json={"doors": 3}).status_code,
        session.get("/vehicles", params={"limit": 2, "offset": 1}).status_code,
        session.delete(path).status_code,
        session.get(path).status_code,
    ]
    assert statuses == [201, 200, 200, 200, 204, 404]


def test_a_careful_client_and_a_sound_provider_keep_the_contract(tmp_path):
    assert proxied(careful, tmp_path / "report.json") == (0, set())


@pytest.mark.parametrize(
    ("client", "finding"),
    [
        (lambda session: session.post("/vehicles", json={"doors": 3}), ("createVehicle", "required")),
        (
            lambda session: session.post(f"{new_vehicle(session)}/visits", data={"reason": "tea"}),
            ("createVisit", "enum"),
        ),
        (lambda session: session.get("/vehicles", params={"limit": 51}), ("listVehicles", "maximum")),
        (lambda session: session.get("/vehicles", headers={"X-Workshop-Key": ""}), ("listVehicles", "credentials")),
    ],
    ids=["required member", "field of a form", "page size", "API key"],
)
def test_a_mistake_of_the_client_is_found(tmp_path, client, finding):
    operation, rule = finding

    assert proxied(client, tmp_path / "report.json") == (1, {("client", f"workshop.{operation}", rule)})


def test_a_mistake_of_the_provider_is_found(tmp_path):
    def mistake(request: Message, forward: Forward) -> Message:
        response = forward(request)
        body = json.loads(response.body) if response.body else None
        if isinstance(body, dict) and "plate" in body:
            return replace(response, body=json.dumps({**body, "plate": 7}).encode())
        return response

    def client(session: httpx.Client) -> None:
        session.get(new_vehicle(session))

    assert proxied(client, tmp_path / "report.json", mistake) == (
        1,
        {("provider", "workshop.createVehicle", "type"), ("provider", "workshop.getVehicle", "type")},
    )


def test_a_provider_that_accepts_a_mistake_of_the_client_is_found(tmp_path):
    def mistake(request: Message, forward: Forward) -> Message:
        return forward(replace(request, body=b'{"plate": "?"}') if request.line.startswith("POST") else request)

    code, findings = proxied(lambda session: session.post("/vehicles", json={}), tmp_path / "report.json", mistake)

    assert code == 1
    assert findings == {
        ("client", "workshop.createVehicle", "required"),
        ("provider", "workshop.createVehicle", "accepted-invalid"),
    }
