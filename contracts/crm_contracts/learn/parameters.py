"""Parameters of operations: in the path, the query and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from crm_contracts.learn.credentials import is_key
from crm_contracts.learn.openapi_schema import GUESS
from crm_contracts.learn.paths import Template
from crm_contracts.learn.sample import Sample
from crm_contracts.learn.shapes import schema_of_texts
from crm_mocks.credential_names import is_credential_header
from crm_mocks.secret_values import is_random_name

_MIN_REQUESTS: Final = 3
"""Minimum number of requests for the guess that a parameter in all of them is required."""

_TRANSPORT: Final = re.compile(
    r"accept.*|access-control-.*|age|alt-.*|authorization|cache-control|cf-.*|connection|content-.*|cookie|date|dnt"
    r"|expect|expires|forwarded|from|host|http2-.*|if-.*|keep-alive|last-modified|max-forwards|nel|origin|p3p"
    r"|permissions-policy|postman-.*|pragma|prefer|preference-applied|priority|proxy-.*|range|referer|referrer-policy"
    r"|report-to|reporting-.*|save-data|sec-.*|server|server-timing|set-cookie|strict-transport-security|te|timing-.*"
    r"|trailer|transfer-encoding|upgrade.*|user-agent|vary|via|warning|www-authenticate|x-amzn?-.*|x-cache.*"
    r"|x-content-type-options|x-correlation-id|x-dns-.*|x-download-options|x-forwarded-.*|x-frame-options|x-mock-.*"
    r"|x-permitted-.*|x-powered-by|x-real-ip|x-request-id|x-requested-with|x-robots-tag|x-runtime|x-trace.*"
    r"|x-ua-compatible|x-xss-protection|traceparent|tracestate|baggage|b3|x-b3-.*"
)
"""Headers of HTTP, libraries, browsers, intermediaries and the mocks, which say nothing about an operation."""


def parameters(samples: Sequence[Sample], template: Template) -> list[dict[str, Any]]:
    """Return the parameters of an operation.

    Args:
        samples: its requests.
        template: of its path.
    """
    return [*_in_path(samples, template), *_in_query(samples), *_in_headers(samples)]


def response_headers(samples: Iterable[Sample]) -> dict[str, Any]:
    """Return the headers of a response that belong to the operation."""
    values: dict[str, tuple[str, list[str]]] = {}
    for sample in samples:
        for name, value in sample.redacted.response_headers:
            if not (_TRANSPORT.fullmatch(name.lower()) or is_credential_header(name) or is_random_name(name)):
                values.setdefault(name.lower(), (name, []))[1].append(value)
    return {name: {"schema": schema_of_texts(name, found)} for name, found in values.values()}


def _in_path(samples: Sequence[Sample], template: Template) -> list[dict[str, Any]]:
    found = []
    descriptions = {
        name: text for each in samples if each.collection for name, text in each.collection.url.descriptions
    }
    for name, index in template.parameters:
        values = [each.segments[index] for each in samples]
        parameter: dict[str, Any] = {"name": name, "in": "path", "required": True}
        if name in descriptions:
            parameter["description"] = descriptions[name]
        parameter["schema"] = schema = schema_of_texts(name, values)
        for keyword in ("enum", GUESS):
            schema.pop(keyword, None)
        if not any(each.names[index] for each in samples) and (distinct := len(set(values))) == 1:
            parameter[GUESS] = f"a parameter by its form: {distinct} value was seen"
        found.append(parameter)
    return found


def _in_query(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    pairs = [[(name, value) for name, value in each.query if not is_key(name, "query")] for each in samples]
    found = _optional("query", pairs, is_list=True)
    listed = {each["name"]: each for each in found}
    for sample in samples:
        for each in sample.collection.url.query if sample.collection else ():
            if each.name not in listed and not is_key(each.name, "query"):
                schema = schema_of_texts(each.name, [each.value] if each.value else [])
                listed[each.name] = {"name": each.name, "in": "query", "schema": schema, GUESS: "listed, but not sent"}
                found.append(listed[each.name])
            if each.description and each.name in listed:
                listed[each.name].setdefault("description", each.description)
    return found


def _in_headers(samples: Sequence[Sample]) -> list[dict[str, Any]]:
    spelling: dict[str, str] = {}
    pairs = []
    for sample in samples:
        own = []
        for name, value in sample.redacted.request_headers:
            if not _TRANSPORT.fullmatch(name.lower()) and not is_key(name, "header"):
                own.append((spelling.setdefault(name.lower(), name), value))
        pairs.append(own)
    return _optional("header", pairs, is_list=False)


def _optional(place: str, requests: Sequence[Sequence[tuple[str, str]]], *, is_list: bool) -> list[dict[str, Any]]:
    """Return optional parameters: what all requests have may be the client's habit."""
    names = dict.fromkeys(name for pairs in requests for name, _ in pairs if not is_random_name(name))
    found = []
    for name in names:
        values = [[value for each, value in pairs if each == name] for pairs in requests]
        schema = schema_of_texts(name, [value for each in values for value in each])
        if is_list and any(len(each) > 1 for each in values):
            schema = {"type": "array", "items": schema}
        parameter: dict[str, Any] = {"name": name, "in": place, "schema": schema}
        if all(values) and len(values) >= _MIN_REQUESTS:
            parameter[GUESS] = f"optional, although all {len(values)} requests have it"
        found.append(parameter)
    return found
