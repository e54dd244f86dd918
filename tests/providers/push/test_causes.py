"""What failing requests have in common, and the findings merged by it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_contracts.providers.push.causes import Causes, FailedCase
from crm_contracts.providers.push.features import features_of
from crm_mocks.vendor.sender import Push
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.receiver import Headers, Receiver, Response, json_message

PLAIN = {"id": 1, "type": "walk_in", "city": "Laval", "vehicles": [{"year": "2018", "comment": "red"}]}


def features(body: Any = PLAIN, *, repeated: bool = False, **changes: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps({**body, **changes}).encode()
    return features_of(Push(raw, (("Content-Type", "application/json"),)), repeated=repeated)


def failing(name: str, status: int = 500, response: str = "", *, authentic: bool = True) -> FailedCase:
    return FailedCase(name, status, authentic, response)


def started() -> Causes:
    causes = Causes()
    causes.accept(features())
    return causes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"vehicles": [{"year": 2018}]}, "vehicles.*.year: integer"),
        ({"id": 2**40}, "id: integer of more than 31 bits"),
        ({"type": "event"}, "type: event"),
        ({"city": ""}, "city: an empty string"),
        ({"city": "x" * 101}, "city: string of more than 100 characters"),
        ({"city": "Québec"}, "city: string with characters beyond ASCII"),
        ({"city": "2018-04-09T18:05:00Z"}, "city: time stamp in Z"),
        ({"vehicles": []}, "vehicles: an empty list"),
        ({"rate": 3.9}, "rate: number with a fraction"),
        ({"sold": True}, "sold: true"),
    ],
)
def test_a_value_has_the_features_on_which_receivers_break(changes: dict[str, Any], expected: str) -> None:
    assert expected in features(**changes).present - features().present


def test_a_body_that_is_not_json_has_features_of_its_bytes() -> None:
    assert features(b'{"a":1.50,\n').present >= {
        "body: not JSON",
        "body: several lines",
        "body: a number with a trailing zero",
    }


def test_cases_with_a_common_suspect_have_one_cause() -> None:
    causes = started()
    assert causes.fail(failing("large"), features(city=None, id=2**40)) == ""
    assert causes.fail(failing("year"), features(vehicles=[{"year": 2018, "comment": "red"}])) == ""
    assert causes.fail(failing("blank"), features(city=None)) == "large"
    assert [cause.cases for cause in causes.causes()] == [["year"], ["blank", "large"]]


def test_a_feature_of_an_accepted_request_is_no_suspect() -> None:
    causes = started()
    causes.fail(failing("both"), features(city=None, type="event"))
    causes.accept(features(city=None))
    (cause,) = causes.causes()
    assert cause.suspects == {"type: event"}


def test_other_statuses_have_other_causes() -> None:
    causes = started()
    causes.fail(failing("one", 500), features(city=None))
    causes.fail(failing("two", 422), features(city=None))
    assert [cause.cases for cause in causes.causes()] == [["one"], ["two"]]


def test_absent_null_and_empty_values_are_blank() -> None:
    causes = started()
    without = {name: value for name, value in PLAIN.items() if name != "city"}
    causes.fail(failing("absent"), features(without))
    assert causes.fail(failing("null"), features(city=None)) == "absent"
    (cause,) = causes.causes()
    assert cause.suspects == {"city: blank"}


def test_a_member_of_a_list_may_be_absent_too() -> None:
    causes = started()
    causes.accept(features(vehicles=None))
    causes.fail(failing("absent"), features(vehicles=[{"year": "2018"}]))
    (cause,) = causes.causes()
    assert "vehicles.*.comment: absent" in cause.suspects


def test_a_refusal_that_names_a_member_joins_cases() -> None:
    causes = started()
    causes.fail(failing("one", 422, '{"errors": {"city": ["too long"]}}'), features(city="x" * 101))
    assert causes.fail(failing("two", 422, '{"errors": {"city": ["empty"]}}'), features(city="", type="sms")) == "one"


@pytest.mark.parametrize("status", [401, 403, 429])
def test_refused_credentials_and_rates_are_one_cause_whatever_was_sent(status: int) -> None:
    causes = started()
    causes.fail(failing("one", status), features(city=None))
    assert causes.fail(failing("two", status), features(type="event")) == "one"


def test_repetition_is_a_feature() -> None:
    causes = started()
    causes.fail(failing("again", 409), features(repeated=True))
    assert causes.fail(failing("change", 409), features(repeated=True, type="walk_in")) == "again"


class BadMessages(Receiver):
    """Responds to every refusal with another member than `message`."""

    def respond(self, headers: Headers, body: bytes) -> Response:
        status, sent, content = super().respond(headers, body)
        return (status, sent, content.replace(b'"message"', b'"error"'))


def test_a_body_rule_is_one_finding_for_all_statuses() -> None:
    with to_receiver(BadMessages()) as pusher:
        pusher.examine()
        findings = [each for each in pusher.verdict().findings if each.location == ("body", "message")]
    required = next(each for each in findings if each.rule == "required")
    assert [each.rule for each in findings].count("required") == 1
    assert {response.status for response in required.responses} == {400, 401, 422}
    assert required.fails  # 422 for an unknown account is documented, the others are positions


def test_a_defect_is_one_finding_that_says_what_fails() -> None:
    class YearAsText(Receiver):
        def take(self, lead: Any) -> Response:
            years = [vehicle.get("year") for vehicle in lead.get("vehicles") or ()] if isinstance(lead, dict) else []
            return json_message(500, "Error.") if any(isinstance(year, int) for year in years) else super().take(lead)

    with to_receiver(YearAsText()) as pusher:
        results = pusher.examine()
        (finding,) = pusher.verdict().failing
    assert failed(results) == ["created-year-integer"]
    assert "only requests with this fail: vehicles.*.year: integer" in finding.message


def test_a_case_that_fails_as_an_earlier_one_says_so() -> None:
    class Once(Receiver):
        def take(self, lead: Any) -> Response:
            known = isinstance(lead, dict) and str(lead.get("id")) in self.leads
            return json_message(422, "Known.") if known else super().take(lead)

    with to_receiver(Once()) as pusher:
        results = {result.case.name: result for result in pusher.examine()}
        (finding,) = pusher.verdict().failing
    assert [name for name, result in results.items() if not result.passed] == [
        *("same-lead-again", "status-change", "salesperson-change"),
    ]
    assert results["same-lead-again"].fails_as == ""
    assert results["salesperson-change"].fails_as == "same-lead-again"
    assert finding.location == ("case", "same-lead-again")
    assert finding.message.endswith("(also: status-change, salesperson-change)")
