"""Hooks for schemathesis: acceptable requests, refusals in the body of a success, counts of cases, a log of failures.

Schemathesis loads this module by its environment variable `SCHEMATHESIS_HOOKS`. The task comes from the file that the
environment variable `subprocess_task.VARIABLE` names.
"""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData, CustomFailure
from schemathesis.openapi.checks import (
    IgnoredAuth,
    MissingHeaderNotRejected,
    RejectedPositiveData,
    UnsupportedMethodResponse,
)

from crm_contracts.judge.exchanges.refusals import Refusals
from crm_contracts.providers.verify.body_validator import BodyValidator
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.encoding import in_latin_1
from crm_contracts.providers.verify.existing_paths import ExistingPaths
from crm_contracts.providers.verify.failures import CONFORMANCE, rule_and_message
from crm_contracts.providers.verify.formats import FORMATS
from crm_contracts.providers.verify.given_up import GivenUp
from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.lack_of_memory import end_without_memory
from crm_contracts.providers.verify.large_numbers import has_large_numbers
from crm_contracts.providers.verify.limited_phases import limit_phases
from crm_contracts.providers.verify.negative_bodies import completed
from crm_contracts.providers.verify.observations import CheckFailure, ObservationLog
from crm_contracts.providers.verify.preparation_limit import PreparationLimit
from crm_contracts.providers.verify.provider import settings_from
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_contracts.providers.verify.sent_exchange import exchange_of
from crm_contracts.providers.verify.subprocess_task import Task, json_or_none
from crm_contracts.providers.verify.wrong_credentials import WrongCredentials
from crm_mocks.contract import Contract, Operation
from crm_mocks.vendor_sources import VendorSources, activate

PREPARATION_SECONDS: Final = 20.0
"""Processor time in which the requests of an operation must be made, for each phase."""

end_without_memory()
_TASK: Final = Task.from_environment()
if _TASK.vendor_sources is not None:
    activate(VendorSources.from_json(_TASK.vendor_sources))
_LOG: Final = ObservationLog(Path(_TASK.log))
_TRANSPORT: Final = GuardedTransport(
    _TASK.url,
    _LOG,
    seconds=_TASK.seconds,
    rate_limit=RateLimit(_TASK.interval),
    only=_TASK.only,
    ca_file=None if _TASK.ca_file is None else Path(_TASK.ca_file),
)
_LIMIT: Final = PreparationLimit(PREPARATION_SECONDS)
_TRANSPORT.install(_LIMIT.paused)
_SAMPLES: Final = GuardedSamples(
    _TASK.vendor,
    _TRANSPORT.send,
    _TASK.credentials,
    settings_from(_TASK.vendor, _TASK.settings),
    _LOG.complaint,
    _TASK.tag,
    _TASK.data,
)
_OPERATIONS: Final[dict[str, Operation]] = {}
_EXISTING_PATHS: Final = ExistingPaths(_SAMPLES, _OPERATIONS, _LOG.remark)
_REFUSALS: Final = Refusals({_TASK.vendor: settings_from(_TASK.vendor, _TASK.settings)})
_CASE_COUNTS: Final = CaseCounts()
_GIVEN_UP: Final = GivenUp(_OPERATIONS, _CASE_COUNTS, _LOG)
_BODIES: Final = BodyValidator()
_NEGATIVE: Final[set[str]] = set()
"""Ids of cases that were generated to violate the contract; changing a body makes schemathesis assess it again."""

_PARENT: Final = os.getppid()
_CONFORMANCE_RULES: Final = frozenset(CONFORMANCE.values())
_BUSY: Final = frozenset({429, 503})
"""Statuses with which a provider may refuse any request."""

atexit.register(_CASE_COUNTS.write, Path(_TASK.case_counts))
atexit.register(_GIVEN_UP.complain)
limit_phases(_LIMIT, _GIVEN_UP.add, Path(_TASK.log).touch)
for _name, _strategy in FORMATS.items():
    schemathesis.openapi.format(_name, _strategy)


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


@schemathesis.hook
def after_load_schema(context: Any, schema: Any) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Keep the contract, to validate bodies by its own formats and to distinguish refusals from successes."""
    _BODIES.document = schema.raw_schema
    _OPERATIONS.update(Contract(_TASK.vendor, schema.raw_schema, digest="").operations)


def _is_valid(case: Any) -> bool:
    """Return whether a case satisfies the contract; an undocumented method does not.

    Schemathesis considers examples of the contract valid even if they show an invalid value of one of its own formats.
    """
    if case.id in _NEGATIVE or case.meta is None or not case.meta.generation.mode.is_positive:
        return False
    if not _is_of_operation(case):
        return False
    operation = case.operation
    return case.body is NOT_SET or _BODIES.is_valid(operation.path, operation.method, case.media_type, case.body)


def _is_of_operation(case: Any) -> bool:
    return bool(case.method.upper() == case.operation.method.upper())


def _is_refused_in_body(case: Any, response: Any) -> bool:
    """Return whether a response has the status of a success but refuses the request in its body."""
    return 200 <= response.status_code < 300 and _is_refused(case, response)


def _is_refused(case: Any, response: Any) -> bool:
    """Return whether a response refuses the request, by its status or in its body."""
    operation = _OPERATIONS[_operation(case)]
    return _REFUSALS.is_refusal(operation, response.status_code, json_or_none(response))


_WRONG_CREDENTIALS: Final = WrongCredentials(_SAMPLES, _is_refused, _TASK.seconds)


@schemathesis.auth(cache_by_key=lambda case, context: _operation(case))  # noqa: ARG005  # as schemathesis calls it
class CredentialHeaders:
    """Provider of credentials for all cases except those that test missing ones."""

    def get(self, case: Any, context: Any) -> Mapping[str, str]:  # noqa: ARG002  # as schemathesis calls it
        """Return the headers with the credentials of an operation."""
        return _SAMPLES.headers(_operation(case))

    def set(self, case: Any, data: Mapping[str, str], context: Any) -> None:  # noqa: ARG002  # as above
        """Add the headers to a case, and credentials in the query."""
        case.headers.update(data)
        query = _SAMPLES.query(_operation(case))
        if query:
            case.query = {**(case.query or {}), **query}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Make a case acceptable to the provider, apart from its violations of the contract."""
    if os.getppid() != _PARENT:
        os._exit(1)  # the parent has died, and nothing else would stop this process
    kwargs["allow_redirects"] = False  # their target is neither under test nor trusted
    case.headers.update(in_latin_1(case.headers))
    if _is_of_operation(case):
        _EXISTING_PATHS.name_records(case, _operation(case))
    if not case.operation.body:
        return
    if not _is_valid(case):
        _NEGATIVE.add(case.id)
        _complete_invalid(case)
        return
    generated = None if case.body is NOT_SET else case.body
    body = _SAMPLES.body(_operation(case), generated, case.media_type or "")
    if body is generated:
        return  # setting it would make schemathesis validate it again, and reject null even where it is allowed
    case.body = body
    if case.media_type is None:
        case.media_type = case.operation.body[0].media_type


def _complete_invalid(case: Any) -> None:
    """Make an invalid case acceptable apart from its violations, or only tag it."""
    if not isinstance(case.body, dict | list) or not _is_of_operation(case):
        return
    where = case.operation.path, case.operation.method, case.media_type
    validator = _BODIES.validator(*where)
    if validator is None:
        return

    def accept(body: Any) -> Any:
        return _SAMPLES.accepted(_operation(case), body, case.media_type or "")

    body = completed(case.body, validator, _BODIES.example(*where), accept)
    if body is case.body:
        _tag_invalid(case)
    else:
        case.body = body


def _tag_invalid(case: Any) -> None:
    """Tag an invalid case, which the provider may accept, but leave deliberately invalid members unchanged."""
    if not _TASK.tag or not isinstance(case.body, dict):
        return
    tagged = _SAMPLES.tagged(_operation(case), case.body, _TASK.tag)
    changed = {name: value for name, value in tagged.items() if value is not case.body.get(name)}
    if all(isinstance(case.body.get(name, ""), str) for name in changed):
        case.body.update(changed)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Count a case."""
    success = _is_of_operation(case) and 200 <= response.status_code < 300 and not _is_refused_in_body(case, response)
    valid = _is_valid(case)
    unknown = valid and _EXISTING_PATHS.may_be_unknown(case, response.status_code)
    _CASE_COUNTS.count(_operation(case), valid=valid, success=success, unknown=unknown)


@schemathesis.serializer("application/x-www-form-urlencoded")
def form(context: Any, value: Any) -> bytes:  # noqa: ARG001  # as schemathesis calls it
    """Encode a form; a value that is not an object becomes a pair without a name, which is still a form."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping):
        return urlencode({name: _string(content) for name, content in value.items()}).encode()
    return b"=" + quote_plus(_string(value)).encode()


def _string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@schemathesis.check
def valid_requests_succeed(context: Any, response: Any, case: Any) -> None:  # noqa: ARG001  # as above
    """Fail if a valid request is refused in the body of a success.

    This check complements `positive_data_acceptance`, which goes by the status.
    """
    if _is_refused_in_body(case, response) and json_or_none(response) is not None and _is_valid(case):
        raise AssertionError("Valid data should have been accepted, but was refused in the body of a success")


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:  # noqa: ARG001  # as above
    """Drop false failures, which schemathesis reports since it does not know the whole contract; log the others."""
    if not _is_failure(failure, case, response):
        return False
    rule, message = rule_and_message(failure)
    _LOG.failure(CheckFailure(_operation(case), rule, message, exchange_of(response.request, response)))
    return True


def _is_failure(failure: Any, case: Any, response: Any) -> bool:
    """Return whether a failure is a true one.

    Schemathesis' checks go by the status, so they miss refusals in the body of a success. A refusal of a request that
    schemathesis considers valid is right if a format of the contract's own is violated, the credentials are unknown,
    the rate limit is exceeded, or the request could not be made acceptable.
    """
    if 300 <= response.status_code < 400 and rule_and_message(failure)[0] not in _CONFORMANCE_RULES:
        return False  # a redirect is reported as an undocumented status
    if isinstance(failure, AcceptedNegativeData | MissingHeaderNotRejected):
        return not _is_refused_in_body(case, response)
    if isinstance(failure, RejectedPositiveData | CustomFailure):
        return _is_valid(case) and not _is_excused(case, response)
    if isinstance(failure, UnsupportedMethodResponse):
        return not _is_refused(case, response)  # 405 says it best, but 404 and 501 refuse too
    if isinstance(failure, IgnoredAuth):
        for check in _SAMPLES.unchecked():
            _LOG.remark(check)
        sent = response.request
        return not (_is_refused(case, response) or _WRONG_CREDENTIALS.are_refused(case, _operation(case), sent))
    return True


def _is_excused(case: Any, response: Any) -> bool:
    """Return whether the refusal of a valid request is no failure of `refused-valid`."""
    if response.status_code in (401, 403) and _SAMPLES.headers(_operation(case)):
        _LOG.complaint(f"{_operation(case)}: the provider refuses the credentials with {response.status_code}")
        return True
    if has_large_numbers(case.body) or has_large_numbers([case.query, case.path_parameters], in_url=True):
        return True
    is_server_error = response.status_code >= 500  # reported by another check
    return is_server_error or response.status_code in _BUSY or _SAMPLES.failed_for(_operation(case))
