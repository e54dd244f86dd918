"""Mocks with deliberate defects that the status of a response may not show."""

from __future__ import annotations

import pytest

import crm_mocks
from crm_contracts.providers.verify.provider import Provider
from crm_contracts.providers.verify.runner import VerifyScope, run
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import samples_type


def _is_refusal(vendor, outcome):
    kind = samples_type(vendor)
    return kind.is_refusal(kind.__new__(kind), outcome.status, outcome.value.get(outcome.media_type))


def _outcomes(vendor, operation, *, refusals):
    """Return the outcomes with the status of a success that do or do not refuse the request in the body."""
    found = [each for each in operation.outcomes.values() if each.status < 300]
    return [each for each in found if _is_refusal(vendor, each) is refusals]


def _response(outcome):
    return MockResponse(outcome.status, outcome.name, outcome.value[outcome.media_type], outcome.media_type)


def _lax(vendor):
    """Return the vendor's mock, changed to accept invalid requests and to ignore credentials."""

    class Lax(type(load_vendor(vendor))):
        last = None

        def refuse(self, call, problem):
            if problem is not RequestProblem.VIOLATIONS:
                return super().refuse(call, problem)
            return _response(_outcomes(vendor, call.operation, refusals=False)[0])

        async def authenticate(self, call, scheme, scopes):
            try:
                identity = await super().authenticate(call, scheme, scopes)
            except Refusal:
                identity = None
            self.last = identity or self.last
            return self.last

    return Lax(vendor)


def _refusing(vendor):
    """Return the vendor's mock, changed to refuse each request in the body of a success if it has such refusals."""

    class Refusing(type(load_vendor(vendor))):
        def handler(self, operation_id):
            operation = self.contract_file.in_force(self.settings_type()).operations[operation_id]
            refusals = _outcomes(vendor, operation, refusals=True)

            async def refuse(_call):
                return _response(refusals[0])

            return refuse if refusals and operation.body is not None else super().handler(operation_id)

    return Refusing(vendor)


def _requires_credentials(vendor):
    known = load_vendor(vendor)
    operations = known.contract_file.in_force(known.settings_type()).operations.values()
    return any(operation.security and {} not in operation.security for operation in operations)


def _verified(mutant):
    with crm_mocks.serve([mutant], port=0, settings=_settings(mutant.name)) as mocks:
        about = mocks[mutant.name]
        provider = Provider(mutant.name, about.url, f"{about.url}/openapi/{mutant.name}.json", about.credentials)
        return run(provider, VerifyScope(examples=6, seed=1, phases="examples,fuzzing"))


def _settings(vendor):
    return {f"{vendor}.{name}": value for name, value in samples_type(vendor).mock_settings.items()}


def _refuses_in_body(vendor):
    operations = load_vendor(vendor).contract_file.in_force(load_vendor(vendor).settings_type()).operations.values()
    return any(_outcomes(vendor, operation, refusals=True) for operation in operations if operation.body is not None)


@pytest.mark.parametrize("vendor", vendor_names())
def test_a_mock_that_accepts_invalid_requests_and_ignores_credentials_fails(vendor):
    result = _verified(_lax(vendor))
    assert not result.passed
    assert "Schema-violating request accepted" in result.output
    assert ("API accepts" in result.output) is _requires_credentials(vendor)


@pytest.mark.parametrize("vendor", [vendor for vendor in vendor_names() if _refuses_in_body(vendor)])
def test_a_mock_that_refuses_valid_requests_in_the_body_of_a_success_fails(vendor):
    result = _verified(_refusing(vendor))
    assert not result.passed
    assert "valid_requests_succeed" in result.output
