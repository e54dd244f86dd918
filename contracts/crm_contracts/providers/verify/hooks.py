"""Hooks for schemathesis: plausible requests, refusals told in the body of a success, figures, failures by name.

Schemathesis loads this module by its environment variable `SCHEMATHESIS_HOOKS`; `task.VARIABLE` names the task.
"""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import requests
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.failures import AcceptedNegativeData, CustomFailure
from schemathesis.openapi.checks import IgnoredAuth, MissingHeaderNotRejected, RejectedPositiveData

from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.failures import CONFORMANCE, told
from crm_contracts.providers.verify.formats import FORMATS
from crm_contracts.providers.verify.guarded_transport import GuardedTransport, exchange_of
from crm_contracts.providers.verify.observations import CheckFailure, ObservationLog
from crm_contracts.providers.verify.provider import settings_from
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_contracts.providers.verify.subprocess_task import Task, decoded
from crm_contracts.providers.verify.validity import Validity

_TASK: Final = Task.from_environment()
_NOTES: Final = ObservationLog(Path(_TASK.notes))
_WIRE: Final = GuardedTransport(
    _TASK.url, _NOTES, seconds=_TASK.seconds, pace=RateLimit(_TASK.interval), only=_TASK.only
)
_WIRE.install()
_PLAUSIBLE: Final = GuardedSamples(
    _TASK.vendor,
    _WIRE.send,
    _TASK.credentials,
    settings_from(_TASK.vendor, _TASK.settings),
    _NOTES.complaint,
    _TASK.tag,
)
_FIGURES: Final = CaseCounts()
_VALIDITY: Final = Validity()
_PARENT: Final = os.getppid()
_WRONG: Final = "wrong"
_OF_FORM: Final = frozenset(CONFORMANCE.values())
_BUSY: Final = frozenset({429, 503})
"""Statuses with which a provider may refuse whatever comes."""

atexit.register(_FIGURES.write, Path(_TASK.figures))
for _name, _strategy in FORMATS.items():
    schemathesis.openapi.format(_name, _strategy)


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


@schemathesis.hook
def after_load_schema(context: Any, schema: Any) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Keep the contract, to judge bodies by its own formats."""
    _VALIDITY.document = schema.raw_schema


def _is_valid(case: Any) -> bool:
    """Tell whether a case keeps to the contract; one that calls an undocumented method does not.

    Schemathesis takes an example of the contract that shows a wrong value of one of our formats for a valid one.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive or not _is_of_operation(case):
        return False
    operation = case.operation
    return case.body is NOT_SET or _VALIDITY.is_valid(operation.path, operation.method, case.media_type, case.body)


def _is_of_operation(case: Any) -> bool:
    return bool(case.method.upper() == case.operation.method.upper())


def _refuses_inside(response: Any) -> bool:
    """Tell whether an answer has the status of a success and refuses the request in its body."""
    return 200 <= response.status_code < 300 and _PLAUSIBLE.is_refusal(response.status_code, decoded(response))


@schemathesis.auth(cache_by_key=lambda case, context: _operation(case))  # noqa: ARG005  # as schemathesis calls it
class Credentials:
    """Sends the credentials that an operation asks for with all of its cases, other than those that try without."""

    def get(self, case: Any, context: Any) -> Mapping[str, str]:  # noqa: ARG002  # as schemathesis calls it
        """Return the headers of an operation."""
        return _PLAUSIBLE.headers(_operation(case))

    def set(self, case: Any, data: Mapping[str, str], context: Any) -> None:  # noqa: ARG002  # as above
        """Put the headers into a case."""
        case.headers.update(data)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Make a valid case plausible; one that breaks the contract stays as it is, but for the tag."""
    if os.getppid() != _PARENT:
        os._exit(1)  # who wants to know is no more, and nobody else would stop this
    kwargs["allow_redirects"] = False  # where they lead is not what is to be examined, and nobody to be trusted
    if not case.operation.body:
        return
    if not _is_valid(case):
        _tag_invalid(case)
        return
    generated = None if case.body is NOT_SET else case.body
    body = _PLAUSIBLE.body(_operation(case), generated, case.media_type or "")
    if body is generated:
        return  # what is set is judged anew, and schemathesis takes null for invalid wherever it stands
    case.body = body
    if case.media_type is None:
        case.media_type = case.operation.body[0].media_type


def _tag_invalid(case: Any) -> None:
    """Mark what a provider may create that does not refuse a case; a member that is wrong on purpose stays so."""
    if not _TASK.tag or not isinstance(case.body, dict):
        return
    tagged = _PLAUSIBLE.tagged(_operation(case), case.body, _TASK.tag)
    changed = {name: value for name, value in tagged.items() if value is not case.body.get(name)}
    if all(isinstance(case.body.get(name, ""), str) for name in changed):
        case.body.update(changed)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:  # noqa: ARG001  # as schemathesis calls it
    """Count a case."""
    success = _is_of_operation(case) and 200 <= response.status_code < 300 and not _refuses_inside(response)
    _FIGURES.count(_operation(case), valid=_is_valid(case), success=success)


@schemathesis.serializer("application/x-www-form-urlencoded")
def form(context: Any, value: Any) -> bytes:  # noqa: ARG001  # as schemathesis calls it
    """Write a form. What is no object is its one value, whose name is empty: schemathesis would write no form."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping):
        return urlencode({name: _text(each) for name, each in value.items()}).encode()
    return b"=" + quote_plus(_text(value)).encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@schemathesis.check
def valid_requests_succeed(context: Any, response: Any, case: Any) -> None:  # noqa: ARG001  # as above
    """Check that a valid and plausible request is not refused in the body of a success.

    It is to a CRM that refuses so what `positive_data_acceptance` is to others.
    """
    if _refuses_inside(response) and decoded(response) is not None and _is_valid(case):
        raise AssertionError("Valid data should have been accepted, and was refused in the body of a success")


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:  # noqa: ARG001  # as above
    """Drop failures that schemathesis reports without knowing the whole contract; note the others."""
    if not _is_failure(failure, case, response):
        return False
    rule, message = told(failure)
    _NOTES.failure(CheckFailure(_operation(case), rule, message, exchange_of(response.request, response)))
    return True


def _is_failure(failure: Any, case: Any, response: Any) -> bool:
    """Tell whether a failure is one.

    Schemathesis' checks go by the status: where the body of a success refused what had to be refused, all is well. And
    to refuse what it takes for valid is right where a format of the contract's own is broken, where the credentials are
    not known, where too much has come, or where nobody could make the request plausible.
    """
    if 300 <= response.status_code < 400 and told(failure)[0] not in _OF_FORM:
        return False  # somebody else answers elsewhere, and that the contract knows no such status is told
    if isinstance(failure, AcceptedNegativeData | MissingHeaderNotRejected):
        return not _refuses_inside(response)
    if isinstance(failure, RejectedPositiveData | CustomFailure):
        return _is_valid(case) and not _is_excused(case, response)
    if isinstance(failure, IgnoredAuth):
        return not _refuses_bad_credentials(case, response)
    return True


def _is_excused(case: Any, response: Any) -> bool:
    """Tell whether a provider may refuse a valid request for what it cannot know."""
    if response.status_code in (401, 403) and _PLAUSIBLE.headers(_operation(case)):
        _NOTES.complaint(f"{_operation(case)}: the provider refuses the credentials with {response.status_code}")
        return True
    failing = response.status_code >= 500  # which another check tells
    return failing or response.status_code in _BUSY or _PLAUSIBLE.failed_for(_operation(case))


def _refuses_bad_credentials(case: Any, response: Any) -> bool:
    """Tell whether bodies refuse a request without credentials, and what succeeded with good ones, with wrong ones."""
    if _refuses_inside(response):
        return True
    names = {name.lower() for name in _PLAUSIBLE.headers(_operation(case))}
    sent = response.request
    without = {name: value for name, value in sent.headers.items() if name.lower() not in names}
    wrong = without | {name: _WRONG for name in sent.headers if name.lower() in names}
    return all(
        _refuses_inside(requests.request(sent.method, sent.url, headers=headers, data=sent.body, timeout=_TASK.seconds))
        for headers in (without, wrong)
    )
