"""Each way in which a response can violate the contract is reported with its rule, for every vendor."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from crm_contracts.judge.coverage import CONTRADICTED
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.policy import STRICT
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap
from crm_contracts.providers.verify.scenarios import encode_body
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
        loaded = load_vendor(vendor)
        self.contract = loaded.contract_file.in_force(loaded.settings_type())
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
            media_type, body = known.name, encode_body(known.name, value)
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
    "an HTML page": ("mediaType", _headed("content-type", "text/html")),
    "no media type": ("mediaType", _headed("content-type", "")),
    "no body": ("required", lambda _, exchange: replace(exchange, response_body=b"")),
    "half a body": ("syntax", lambda _, exchange: replace(exchange, response_body=exchange.response_body[:-2])),
    "a body that is not UTF-8": ("syntax", lambda _, exchange: replace(exchange, response_body=b'{"a": "\xff"}')),
    "NaN": ("syntax", lambda _, exchange: replace(exchange, response_body=b'{"a": NaN}')),
    "an array for an object": ("type", _json(lambda known: [known.value])),
    "a string for an object": ("type", _json(lambda _: "created")),
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
    "no response": ("no-answer", lambda _, exchange: replace(exchange, status=0, failure="no answer: reset")),
}


def _verdict(vendor, *observations):
    judge = ObservationJudge(vendor, URL, {}, {"x-api-key": SECRET}, "a provider", STRICT)
    judge.add(observations)
    return judge.verdict()


@pytest.mark.parametrize("vendor", vendor_names())
def test_a_documented_response_has_no_findings(vendor):
    known = Documented(vendor)
    verdict = _verdict(vendor, known.exchange())
    assert verdict.findings == ()
    assert verdict.exit_code() == 0


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("vendor", vendor_names())
def test_a_defect_is_reported_with_the_exchange_and_without_secrets(vendor, defect):
    known = Documented(vendor)
    rule, modify = DEFECTS[defect]
    modified = modify(known, known.exchange())
    if modified is None:
        return  # the operation has no body
    verdict = _verdict(vendor, modified)
    findings_by_rule = {each.rule: each for each in verdict.findings}
    assert {rule, "oneOf"} & findings_by_rule.keys()  # a value that matches no alternative breaks only oneOf
    assert all(each.operation == known.operation.key for each in findings_by_rule.values())
    assert verdict.exit_code() == 1
    assert known.operation.path in verdict.findings[0].first.request
    assert SECRET not in repr(verdict)
    if modified.status:
        assert verdict.statuses(CONTRADICTED) == 1


@pytest.mark.parametrize("vendor", vendor_names())
def test_a_failed_check_is_reported_in_addition_to_the_findings_of_the_response(vendor):
    known = Documented(vendor)
    exchange = known.exchange()
    failures = [
        CheckFailure(known.operation.id, rule, "it must not be", exchange) for rule in ("server-error", "schema")
    ]
    verdict = _verdict(vendor, exchange, *failures)
    assert {each.rule for each in verdict.findings} == {"server-error", "schema"}
    assert verdict.faulty == 1
    assert verdict.exchanges == 1


def test_a_finding_of_the_judge_is_not_repeated():
    vendor = vendor_names()[0]
    known = Documented(vendor)
    exchange = replace(known.exchange(), status=299)
    conformance = CheckFailure(known.operation.id, "schema", "the response must conform", exchange)
    assert [each.rule for each in _verdict(vendor, exchange, conformance).findings] == ["undocumented-status"]


def test_coverage_gaps_are_complaints():
    verdict = _verdict(vendor_names()[0], CoverageGap("nothing was sent"), CoverageGap("no matter", fails=False))
    assert verdict.complaints == ("nothing was sent",)
    assert verdict.exit_code() == 1
