"""Operations: name, parameters, request body and responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from crm_contracts.judge.exchange import Part
from crm_contracts.learn.bodies import Body, Kind
from crm_contracts.learn.examples import examples
from crm_contracts.learn.forms import schema_of_forms
from crm_contracts.learn.names import camel, one_of, words
from crm_contracts.learn.openapi_schema import GUESS
from crm_contracts.learn.parameters import parameters, response_headers
from crm_contracts.learn.paths import Template
from crm_contracts.learn.sample import Sample
from crm_contracts.learn.selection import is_evidence
from crm_contracts.learn.shapes import schema_of
from crm_contracts.recordings.values import header
from crm_mocks.reason_phrases import reason_phrase

_NO_PATH: Final = frozenset({404, 405, 501})
"""Statuses for an unknown path or method."""

_MISSING_TYPE: Final = "x-missing-content-type"
"""Mark of a request body: the media type of bodies without Content-Type."""


def operation(
    samples: Sequence[Sample], template: Template, operation_id: str, *, has_examples: bool
) -> dict[str, Any]:
    """Return an operation without its security.

    Args:
        samples: its requests and responses.
        template: of its path.
        operation_id: its operationId.
        has_examples: examples are taken from the samples.
    """
    found: dict[str, Any] = {"operationId": operation_id}
    collected = [each.collection for each in samples if each.collection and each.collection.name]
    if collected:
        found["summary"] = collected[0].name
        descriptions = [each.description for each in collected if each.description]
        if descriptions:
            found["description"] = descriptions[0]
        if collected[0].folders:
            found["tags"] = [collected[0].folders[0]]
    statuses = {each.status for each in samples if each.status}
    if statuses and statuses <= _NO_PATH:
        listed = ", ".join(map(str, sorted(statuses)))
        found[GUESS] = f"only {listed} was seen, so perhaps there is no such operation"
    if own := parameters(samples, template):
        found["parameters"] = own
    if body := _request_body(samples, has_examples=has_examples):
        found["requestBody"] = body
    found["responses"] = _responses(samples, has_examples=has_examples)
    return found


def operation_name(method: str, template: Template, samples: Iterable[Sample]) -> str:
    """Return the operationId: the name in a collection, else one made from method and path.

    Example:
        >>> operation_name("get", Template("/contacts/{contactId}", (("contactId", 1),)), [])
        'getContact'
    """
    of_all = list(samples)
    for each in of_all:
        named = words(each.collection.name) if each.collection and "/" not in each.collection.name else []
        if named and not named[0].isdigit():
            return camel(named)
    segments = template.path.split("/")[1:]
    last = segments[-1]
    is_item = last.startswith("{") or (last == "" and len(segments) > 1)
    static = [each for each in segments if each and not each.startswith("{")]
    noun = static[-1] if static else "root"
    owners = [each for each, after in pairwise(segments) if after.startswith("{") and each in static[:-1]]
    prefix = [word for each in owners for word in one_of(each)]
    if is_item:
        verb = {"put": "replace", "patch": "update", "post": "update"}.get(method, method)
        return camel([verb, *prefix, *one_of(noun)])
    collection = static[-2] if len(static) > 1 and segments[-2] == static[-2] and _is_plural(static[-2]) else ""
    if method == "get":
        verb = "list" if any(map(_is_list, of_all)) else "get"
        return camel([verb, *prefix, *one_of(collection), *words(noun)])
    if method == "post" and collection:  # an action such as /leads/validate
        return camel([*words(noun), *(one_of(collection) if len(words(noun)) == 1 else [])])
    if method == "post" and _is_plural(noun):
        return camel(["create", *prefix, *one_of(noun)])
    before = [] if owners or len(static) < 2 else words(static[-2])
    return camel([method, *prefix, *before, *words(noun)])


def _is_plural(noun: str) -> bool:
    return one_of(noun) != words(noun)


def _is_list(sample: Sample) -> bool:
    body = sample.response_body
    value = body.value if body is not None and sample.is_accepted else None
    lists = [value] if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return any(isinstance(each, list) and (not each or isinstance(each[0], dict)) for each in lists)


def _request_body(samples: Sequence[Sample], *, has_examples: bool) -> dict[str, Any]:
    """Return the request body. Refused requests widen its schema, which is then said."""
    known = [each for each in samples if Part.REQUEST_BODY not in each.exchange.missing_parts]
    with_body = [each for each in known if each.request_body is not None]
    if not with_body:
        return {}
    found: dict[str, Any] = {}
    if len(with_body) == len(known):
        found["required"] = True
    untyped = [each for each in with_body if each.is_accepted and _has_no_type(each)]
    if untyped and (body := untyped[0].request_body) is not None:
        found[_MISSING_TYPE] = body.media_type
    invalid = [each for each in with_body if each.is_invalid]
    valid = [each for each in with_body if not each.is_invalid]
    shown = [each for each in with_body if each.is_accepted] or with_body
    found["content"] = _content(
        with_body,
        lambda each: each.request_body,
        lambda each: each.request_example if each in shown else None,
        has_examples=has_examples,
    )
    if invalid and not valid:
        found[GUESS] = "only requests that were refused as invalid were seen"
    elif invalid:
        narrow = _content(valid, lambda each: each.request_body, lambda _: None, has_examples=False)
        stricter = _more_required(narrow, found["content"])
        reason = f"widened by requests that were refused as invalid: {len(invalid)} of {len(with_body)}"
        found[GUESS] = f"{reason}; the others all have {', '.join(stricter)}" if stricter else reason
    return found


def _has_no_type(sample: Sample) -> bool:
    is_known = Part.REQUEST_HEADERS not in sample.exchange.missing_parts
    return is_known and not header(sample.exchange.request_headers, "content-type")


def _more_required(narrow: dict[str, Any], wide: dict[str, Any]) -> list[str]:
    return [
        name
        for media_type, content in narrow.items()
        for name in content["schema"].get("required", ())
        if name not in wide[media_type]["schema"].get("required", ())
    ]


def _responses(samples: Sequence[Sample], *, has_examples: bool) -> dict[str, Any]:
    answered = [each for each in samples if is_evidence(each)] or [each for each in samples if each.status]
    responses: dict[str, Any] = {}
    for status in sorted({each.status for each in answered}):
        of_status = [each for each in answered if each.status == status]
        natural = [each for each in of_status if not each.exchange.ordered]
        responses[str(status)] = _response(status, natural or of_status, has_examples=has_examples)
        if not natural:
            responses[str(status)][GUESS] = "a test had ordered this response"
    return responses or {"default": {"description": "No response was recorded.", GUESS: "no response was recorded"}}


def _response(status: int, samples: Sequence[Sample], *, has_examples: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"description": f"{reason_phrase(status) or f'Status {status}'}."}
    if headers := response_headers(samples):
        found["headers"] = headers
    with_body = [each for each in samples if each.response_body is not None and each.method != "head"]
    if with_body:
        found["content"] = _content(
            with_body,
            lambda each: each.response_body,
            lambda each: each.response_example,
            has_examples=has_examples,
            is_error=status >= 400,
        )
    return found


def _content(
    samples: Sequence[Sample],
    body_of: Callable[[Sample], Body | None],
    example_of: Callable[[Sample], Body | None],
    *,
    has_examples: bool,
    is_error: bool = False,
) -> dict[str, Any]:
    """Return the media types of bodies."""
    pairs = [(body, example_of(each)) for each in samples if (body := body_of(each)) is not None]
    content: dict[str, Any] = {}
    for media_type in dict.fromkeys(body.media_type for body, _ in pairs):
        own = [pair for pair in pairs if pair[0].media_type == media_type]
        schema = _schema([body for body, _ in own])
        content[media_type] = {"schema": schema}
        if has_examples:
            content[media_type].update(examples(own, schema, is_error=is_error))
    return content


def _schema(bodies: Sequence[Body]) -> dict[str, Any]:
    """Return the schema of bodies of one media type."""
    kinds = {each.kind for each in bodies}
    known = [each for each in bodies if each.kind is not Kind.UNKNOWN]
    if not known:
        return {GUESS: "no content could be read"}
    kind = known[0].kind
    if kind is Kind.JSON:
        schema = schema_of(each.value for each in known)
    elif kind is Kind.FORM:
        schema = schema_of_forms(known)
    else:
        schema = {"type": "string", **({"format": "binary"} if kind is Kind.BINARY else {})}
    if Kind.UNKNOWN in kinds:
        schema[GUESS] = f"{len(bodies) - len(known)} of {len(bodies)} could not be read"
    return schema
