"""`crm-mocks verify` of a contract that a user supplies: innocent providers are acquitted, mistakes are found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from tests.providers.supplied import KEY, WORKSHOP, Forward, Message, Mistake, provider, sound


def verified(url: str, report: Path, *options: str, contract: Path = WORKSHOP) -> tuple[int, dict]:
    """Verify a provider; return the exit code and the report."""
    arguments = ["verify", str(contract), "--url", url, "--examples", "3", "--json", str(report), *options]
    done = CliRunner().invoke(main, arguments)
    assert report.exists(), done.output
    return done.exit_code, json.loads(report.read_text("utf-8"))


def test_our_own_mock_keeps_the_contract(tmp_path):
    with provider() as url:
        code, report = verified(url, tmp_path / "report.json")

    assert (code, report["findings"], report["complaints"]) == (0, [], [])
    successes = {("changeVehicle", 200), ("createVisit", 201), ("getVisit", 200), ("deleteVehicle", 204)}
    assert successes <= {
        (operation["key"].partition(".")[2], status["status"])
        for operation in report["operations"]
        for status in operation["statuses"]
        if status["count"]
    }


def test_the_url_may_have_the_base_path_of_the_servers(tmp_path):
    with provider() as url:
        code, _ = verified(f"{url}/api/v2", tmp_path / "report.json", "--phases", "fuzzing", "--safe")

    assert code == 0


def test_a_check_that_does_not_apply_is_listed_with_its_reason(tmp_path):
    with provider() as url:
        _, report = verified(url, tmp_path / "report.json", "--phases", "fuzzing", "--safe")

    assert (
        "credentials of the right form with a wrong value: a contract does not say which are right "
        "(--set workshop.credentials=… does)"
    ) in report["not_applied"]


def test_a_wrong_value_of_a_credential_must_be_refused_if_the_right_ones_are_known(tmp_path):
    def mistake(request: Message, forward: Forward) -> Message:
        key = request.headers.get("X-Workshop-Key", "")
        return forward(replace(request, headers={**request.headers, **KEY}) if key else request)

    options = ("--phases", "fuzzing", "--safe", "--set", "workshop.credentials=demo-key")
    with provider(mistake) as url:
        code, report = verified(url, tmp_path / "report.json", *options)

    assert code == 1
    assert {each["rule"] for each in report["findings"]} == {"credentials-ignored"}


def is_for(request: Message, operation: str) -> bool:
    """Return whether a request is for an operation of the workshop."""
    method, _, path = request.line.partition(" ")
    parts = path.partition("?")[0].removeprefix("/api/v2/").split("/")
    shapes = {
        "listVehicles": ("GET", 1),
        "createVehicle": ("POST", 1),
        "getVehicle": ("GET", 2),
        "changeVehicle": ("PATCH", 2),
        "deleteVehicle": ("DELETE", 2),
        "createVisit": ("POST", 3),
        "getVisit": ("GET", 4),
    }
    return (method, len(parts)) == shapes[operation]


def changed(response: Message, **members: object) -> Message:
    """Return a response whose JSON body has other members; `None` removes one."""
    body = {**json.loads(response.body), **members}
    return replace(response, body=json.dumps({key: value for key, value in body.items() if value is not None}).encode())


def ignores_missing_credentials(request: Message, forward: Forward) -> Message:
    return forward(replace(request, headers={**request.headers, **KEY}))


def lacks_a_required_member(request: Message, forward: Forward) -> Message:
    response = forward(request)
    return changed(response, total=None) if response.status == 200 else response


def accepts_a_missing_required_member(request: Message, forward: Forward) -> Message:
    try:
        body = json.loads(request.body)
    except ValueError:
        return forward(request)
    if isinstance(body, dict) and "plate" not in body:
        request = replace(request, body=json.dumps({**body, "plate": "?"}).encode())
    return forward(request)


def sends_a_wrong_type(request: Message, forward: Forward) -> Message:
    response = forward(request)
    return changed(response, plate=7) if response.status == 200 else response


def sends_an_undocumented_status(request: Message, forward: Forward) -> Message:
    response = forward(request)
    return replace(response, status=202) if response.status == 200 else response


def deletes_nothing_that_was_created(request: Message, forward: Forward) -> Message:
    response = forward(request)
    missing = json.dumps({"message": "no such vehicle"}).encode()
    headers = {"Content-Type": "application/json"}
    return Message(status=404, headers=headers, body=missing) if response.status == 204 else response


def fails_on_bad_input(request: Message, forward: Forward) -> Message:
    response = forward(request)
    return replace(response, status=500) if response.status == 400 else response


def sends_a_wrong_content_type(request: Message, forward: Forward) -> Message:
    response = forward(request)
    return replace(response, headers={**response.headers, "Content-Type": "text/plain"})


MISTAKES: dict[str, tuple[Mistake, str]] = {
    "listVehicles": (ignores_missing_credentials, "credentials-ignored"),
    "createVehicle": (accepts_a_missing_required_member, "accepted-invalid"),
    "getVehicle": (sends_a_wrong_type, "type"),
    "changeVehicle": (sends_an_undocumented_status, "undocumented-status"),
    "deleteVehicle": (deletes_nothing_that_was_created, "created-vehicles-exist"),
    "createVisit": (fails_on_bad_input, "server-error"),
    "getVisit": (sends_a_wrong_content_type, "mediaType"),
}


def with_all_mistakes(request: Message, forward: Forward) -> Message:
    """Respond with the mistake of the operation."""
    for operation, (mistake, _) in MISTAKES.items():
        if is_for(request, operation):
            return mistake(request, forward)
    return sound(request, forward)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, set[tuple[str, str]]]:
    """Exit code, and operation and rule of each finding about the provider with all mistakes."""
    with provider(with_all_mistakes) as url:
        code, report = verified(url, tmp_path_factory.mktemp("verify") / "report.json")
    found = {(each["operation"], each["rule"]) for each in report["findings"]}
    shared = {(name, each["rule"]) for each in report["findings"] for name in each.get("operations", ())}
    return code, found | shared


def test_mistakes_of_the_provider_break_the_contract(broken):
    assert broken[0] == 1


@pytest.mark.parametrize("operation", MISTAKES)
def test_a_mistake_of_the_provider_is_found_at_its_operation(broken, operation):
    assert (f"workshop.{operation}", MISTAKES[operation][1]) in broken[1]


def test_a_missing_required_member_of_a_response_is_found(tmp_path):
    def mistake(request: Message, forward: Forward) -> Message:
        respond = lacks_a_required_member if is_for(request, "listVehicles") else sound
        return respond(request, forward)

    with provider(mistake) as url:
        code, report = verified(url, tmp_path / "report.json", "--phases", "fuzzing", "--safe")

    assert code == 1
    assert [(each["operation"], each["rule"]) for each in report["findings"]] == [("workshop.listVehicles", "required")]


def test_unknown_records_prove_nothing_where_none_can_be_created(tmp_path):
    def mistake(request: Message, forward: Forward) -> Message:
        response = forward(request)
        if request.line.startswith("POST") and response.status == 201:
            return Message(status=400, headers=response.headers, body=b'{"message": "the yard is full"}')
        if is_for(request, "listVehicles") and response.status == 200:
            return changed(response, data=[], total=0)
        return response

    with provider(mistake) as url:
        _, report = verified(url, tmp_path / "report.json", "--phases", "scenarios,fuzzing")

    assert all("changeVehicle" not in each for each in report["complaints"])
    assert any("changeVehicle: a success" in each for each in report["not_applied"])
