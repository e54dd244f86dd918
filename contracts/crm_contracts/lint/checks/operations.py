"""Rules on operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crm_contracts.lint.places import resolve
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject

_VERB_NOUN: Final = re.compile(r"[a-z]+([A-Z][A-Za-z0-9]*)+", re.ASCII)


@rule(
    "operation-id",
    why="Users write `<vendor>.<operationId>` in queues and allowances, and the mock's function has that name.",
    fix="Name it verb first, then noun, in camelCase: createLead.",
)
def operation_id(subject: Subject) -> Found:
    """Find operations without a verb-noun operationId."""
    for operation in subject.operations:
        name = operation.node.get("operationId")
        if name is None:
            yield operation.place, "the operation has no operationId"
        elif not _VERB_NOUN.fullmatch(name):
            yield (*operation.place, "operationId"), f"'{name}' is not verb and noun in camelCase"


@rule(
    "operation-described",
    why="Summary and tags are what lists show of an operation; the description is its documentation.",
    fix="Write what is missing: summary (few words), description (sentences), tags (that root `tags` describes).",
)
def operation_described(subject: Subject) -> Found:
    """Find operations that lack summary, description or a described tag."""
    described = {tag["name"] for tag in subject.document.get("tags", ()) if tag.get("description")}
    for operation in subject.operations:
        for key in ("summary", "description", "tags"):
            if not operation.node.get(key):
                yield operation.place, f"{operation.id} has no {key}"
        for tag in operation.node.get("tags", ()):
            if tag not in described:
                yield (*operation.place, "tags"), f"the tag '{tag}' is not described in the root's tags"


@rule(
    "path-below-base",
    why="Unknown paths below x-base-path get this vendor's 404; a path elsewhere would get it from nobody.",
    fix="Correct the path or x-base-path.",
)
def path_below_base(subject: Subject) -> Found:
    """Find paths that lie elsewhere than below `x-base-path`."""
    base = subject.document.get("x-base-path")
    if not isinstance(base, str) or not base.startswith("/"):
        yield (), "the contract has no x-base-path such as /v1"
        return
    for path in subject.document["paths"]:
        if path != base and not path.startswith(base.rstrip("/") + "/"):
            yield ("paths", path), f"{path} does not lie below {base}"


@rule(
    "security-scheme-exists",
    why="Credentials of a scheme that is not described cannot be checked, and nobody knows how to send them.",
    fix="Describe it under components/securitySchemes, or correct its name.",
)
def security_scheme_exists(subject: Subject) -> Found:
    """Find security requirements that name no scheme."""
    schemes = subject.document.get("components", {}).get("securitySchemes", {})
    holders = [((), subject.document), *((each.place, each.node) for each in subject.operations)]
    for place, node in holders:
        for number, alternative in enumerate(node.get("security", ())):
            for name in alternative:
                if name not in schemes:
                    yield (*place, "security", number), f"there is no security scheme '{name}'"


@rule(
    "handler-exists",
    why="An operation that nothing carries out stops the mock at start.",
    fix="Write `async def <operationId>(call)` in the operations of crm_mocks/vendors/<vendor>.",
)
def handler_exists(subject: Subject) -> Found:
    """Find operations that the vendor's mock does not carry out."""
    if subject.implementation is None:
        yield (), f"there is no vendor crm_mocks/vendors/{subject.vendor}"
        return
    for operation in subject.operations:
        if operation.id not in subject.implementation.operations:
            yield operation.place, f"nothing in the vendor {subject.vendor} carries out {operation.id}"


@rule(
    "missing-content-type-read",
    why="A body without Content-Type is read as the type that x-missing-content-type names.",
    fix="Name one of the media types of the request body.",
)
def missing_content_type_read(subject: Subject) -> Found:
    """Find request bodies that are read as a media type which they do not have."""
    for operation in subject.operations:
        place, body = resolve(
            subject.document, (*operation.place, "requestBody"), operation.node.get("requestBody", {})
        )
        named = body.get("x-missing-content-type")
        if named is not None and named not in body.get("content", {}):
            yield place, f"x-missing-content-type names '{named}', which the body does not have"


@rule(
    "servers-local",
    why="A tool that is given the contract must not send test data to somebody's production.",
    fix="List a loopback address only: http://127.0.0.1:4010.",
)
def servers_local(subject: Subject) -> Found:
    """Find servers that are not this machine."""
    servers = subject.document.get("servers", ())
    if not servers:
        yield (), "the contract lists no servers"
    for number, server in enumerate(servers):
        url = server.get("url", "") if isinstance(server, Mapping) else ""
        if not re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)", url):
            yield ("servers", number), f"'{url}' is not an address of this machine"
