"""Each way in which an answer can break the contract is told by the name of its rule, whatever the vendor."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from crm_contracts.judge.coverage import CONTRADICTED
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.policy import STRICT
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness
from crm_contracts.providers.verify.scenarios import written
from crm_mocks.contract.outcome import is_json
from crm_mocks.contract.references import follow
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import samples_type

URL = "http://127.0.0.1:4010"
SECRET = "s3cret-of-the-user"


def _is_refusal(vendor, outcome):
    kind = samples_type(vendor)
    return kind.is_refusal(kind.__new__(kind), outcome.status, outcome.value.get(outcome.media_type))


class Documented:
    """A documented success of a vendor's operation, with a body that has required members."""

    def __init__(self, vendor):
        known = load_vendor(vendor)
        self.contract = known.contract_file.in_force(known.settings_type())
        self.operation, self.outcome, self.schema = next(self._candidates(vendor))
        self.value = self.outcome.value[self.outcome.media_type]

    def _candidates(self, vendor):
        document = self.contract.document
        for operation in self.contract.operations.values():
            for outcome in operation.outcomes.values():
                if outcome.status >= 300 or not is_json(outcome.media_type) or _is_refusal(vendor, outcome):
                    continue
                responses = document["paths"][operation.path][operation.method.lower()]["responses"]
                content = follow(document, responses[str(outcome.status)])["content"]
                schema = follow(document, content[outcome.media_type]["schema"])
                if all(map(is_json, content)) and (schema.get("required") or "oneOf" in schema):
                    yield operation, outcome, schema

    @property
    def member(self):
        return next(iter(self.value))

    def exchange(self):
        media_type, body = "", b""
        if self.operation.body is not None:
            name = self.outcome.name
            known, value = self.operation.body.examples.get(name) or next(iter(self.operation.body.examples.values()))
            media_type, body = known.name, written(known.name, value)
        headers = {"Content-Type": media_type} if media_type else {}
        return Exchange(
            self.operation.method,
            URL + self.operation.path,
            request_headers=tuple({**headers, "Authorization": f"Bearer {SECRET}", "X-Key": SECRET}.items()),
            request_body=body,
            status=self.outcome.status,
            response_headers=tuple({"Content-Type": self.outcome.media_type, **self.outcome.headers}.items()),
            response_body=orjson.dumps(self.value),
            at="2026-01-31T12:00:00Z",
        )


def _json(value):
    return lambda known, exchange: replace(exchange, response_body=orjson.dumps(value(known)))


def _headed(name, value):
    def change(_, exchange):
        others = [each for each in exchange.response_headers if each[0].lower() != name]
        return replace(exchange, response_headers=(*others, *([(name, value)] if value else [])))

    return change


DEFECTS = {
    "an undocumented success": ("undocumented-status", lambda _, exchange: replace(exchange, status=299)),
    "an undocumented redirect": ("undocumented-status", lambda _, exchange: replace(exchange, status=302)),
    "an undocumented error": ("undocumented-status", lambda _, exchange: replace(exchange, status=418)),
    "a gateway's error": ("undocumented-status", lambda _, exchange: replace(exchange, status=502)),
    "a page for people": ("mediaType", _headed("content-type", "text/html")),
    "no media type": ("mediaType", _headed("content-type", "")),
    "no body": ("required", lambda _, exchange: replace(exchange, response_body=b"")),
    "half a body": ("syntax", lambda _, exchange: replace(exchange, response_body=exchange.response_body[:-2])),
    "a body in no charset": ("syntax", lambda _, exchange: replace(exchange, response_body=b'{"a": "\xff"}')),
    "a number that is none": ("syntax", lambda _, exchange: replace(exchange, response_body=b'{"a": NaN}')),
    "an array for an object": ("type", _json(lambda known: [known.value])),
    "a text for an object": ("type", _json(lambda _: "created")),
    "null for an object": ("type", _json(lambda _: None)),
    "a missing member": (
        "required",
        _json(lambda known: {name: value for name, value in known.value.items() if name != known.member}),
    ),
    "no member at all": ("required", _json(lambda _: {})),
    "a member of another type": ("type", _json(lambda known: {**known.value, known.member: [[[]]]})),
    "an invalid request accepted": (
        "accepted-invalid",
        lambda known, exchange: replace(exchange, request_body=b"[[[[") if known.operation.body else None,
    ),
    "no answer": ("no-answer", lambda _, exchange: replace(exchange, status=0, failure="no answer: reset")),
}


def _examined(vendor, *observations):
    judge = ObservationJudge(vendor, URL, {}, {"x-api-key": SECRET}, "a provider", STRICT)
    judge.take(observations)
    return judge.verdict()


@pytest.mark.parametrize("vendor", vendor_names())
def test_nothing_is_told_of_a_documented_answer(vendor):
    known = Documented(vendor)
    verdict = _examined(vendor, known.exchange())
    assert verdict.findings == ()
    assert verdict.exit_code() == 0


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("vendor", vendor_names())
def test_a_defect_is_told_with_the_exchange_and_without_secrets(vendor, defect):
    known = Documented(vendor)
    rule, spoil = DEFECTS[defect]
    spoilt = spoil(known, known.exchange())
    if spoilt is None:
        return  # the operation takes no body that could be wrong
    verdict = _examined(vendor, spoilt)
    found = {each.rule: each for each in verdict.findings}
    assert {rule, "oneOf"} & found.keys()  # a value that fits no alternative breaks no rule of one of them
    assert all(each.operation == known.operation.key for each in found.values())
    assert verdict.exit_code() == 1
    assert known.operation.path in verdict.findings[0].first.request
    assert SECRET not in repr(verdict)
    if spoilt.status:
        assert verdict.statuses(CONTRADICTED) == 1


@pytest.mark.parametrize("vendor", vendor_names())
def test_a_failed_check_is_told_beside_what_the_answer_itself_shows(vendor):
    known = Documented(vendor)
    exchange = known.exchange()
    failures = [
        CheckFailure(known.operation.id, rule, "it must not be", exchange) for rule in ("server-error", "schema")
    ]
    verdict = _examined(vendor, exchange, *failures)
    assert {each.rule for each in verdict.findings} == {"server-error", "schema"}
    assert verdict.faulty == 1
    assert verdict.exchanges == 1


def test_what_the_judge_tells_is_not_told_again():
    vendor = vendor_names()[0]
    known = Documented(vendor)
    exchange = replace(known.exchange(), status=299)
    conformance = CheckFailure(known.operation.id, "schema", "the answer must conform", exchange)
    assert [each.rule for each in _examined(vendor, exchange, conformance).findings] == ["undocumented-status"]


def test_what_was_not_tried_is_complained_of():
    verdict = _examined(vendor_names()[0], Incompleteness("nothing was sent"), Incompleteness("no matter", fails=False))
    assert verdict.complaints == ("nothing was sent", "no operation was called")
    assert verdict.exit_code() == 1
