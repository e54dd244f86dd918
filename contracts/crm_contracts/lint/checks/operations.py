"""Rules on operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.locations import resolve
from crm_contracts.lint.registry import Problems, rule

_VERB_NOUN: Final = re.compile(r"[a-z]+([A-Z][A-Za-z0-9]*)+", re.ASCII)


@rule(
    "operation-id",
    why="Users write `<vendor>.<operationId>` in overrides and allow-lists, and the mock's function has that name.",
    fix="Use a verb and a noun in camelCase, such as createLead.",
)
def operation_id(context: LintContext) -> Problems:
    """Find operations without an operationId of verb and noun."""
    for operation in context.operations:
        name = operation.node.get("operationId")
        if name is None:
            yield operation.location, "the operation has no operationId"
        elif not _VERB_NOUN.fullmatch(name):
            yield (*operation.location, "operationId"), f"'{name}' is not a verb and a noun in camelCase"


@rule(
    "operation-described",
    why="Lists show summary and tags; the description is the operation's documentation.",
    fix="Add the summary (a few words), the description (sentences), or tags described in the root's `tags`.",
)
def operation_described(context: LintContext) -> Problems:
    """Find operations without summary, description or described tag."""
    described = {tag["name"] for tag in context.document.get("tags", ()) if tag.get("description")}
    for operation in context.operations:
        for key in ("summary", "description", "tags"):
            if not operation.node.get(key):
                yield operation.location, f"{operation.id} has no {key}"
        for tag in operation.node.get("tags", ()):
            if tag not in described:
                yield (*operation.location, "tags"), f"the tag '{tag}' is not described in the root's tags"


@rule(
    "path-below-base",
    why="Unknown paths get the vendor's 404 only below x-base-path.",
    fix="Correct the path or x-base-path.",
)
def path_below_base(context: LintContext) -> Problems:
    """Find paths outside `x-base-path`."""
    base = context.document.get("x-base-path")
    if not isinstance(base, str) or not base.startswith("/"):
        yield (), "the contract has no x-base-path such as /v1"
        return
    for path in context.document["paths"]:
        if path != base and not path.startswith(base.rstrip("/") + "/"):
            yield ("paths", path), f"{path} is not below {base}"


@rule(
    "security-scheme-exists",
    why="Credentials of an undefined scheme can be neither sent nor checked.",
    fix="Define the scheme under components/securitySchemes, or correct its name.",
)
def security_scheme_exists(context: LintContext) -> Problems:
    """Find security requirements that name an undefined scheme."""
    schemes = context.document.get("components", {}).get("securitySchemes", {})
    holders = [((), context.document), *((operation.location, operation.node) for operation in context.operations)]
    for location, node in holders:
        for index, alternative in enumerate(node.get("security", ())):
            for name in alternative:
                if name not in schemes:
                    yield (*location, "security", index), f"security scheme '{name}' is not defined"


@rule(
    "handler-exists",
    why="The mock does not start if an operation has no implementation.",
    fix="Write `async def <operationId>(call)` in the operations of crm_mocks/vendors/<vendor>.",
)
def handler_exists(context: LintContext) -> Problems:
    """Find operations that the vendor's mock does not implement."""
    if context.implementation is None:
        yield (), f"there is no vendor crm_mocks/vendors/{context.vendor}"
        return
    for operation in context.operations:
        if operation.id not in context.implementation.operations:
            yield operation.location, f"the vendor {context.vendor} does not implement {operation.id}"


@rule(
    "missing-content-type-read",
    why="A body without Content-Type is parsed as the media type in x-missing-content-type.",
    fix="Name one of the media types of the request body.",
)
def missing_content_type_read(context: LintContext) -> Problems:
    """Find request bodies whose x-missing-content-type is not one of their media types."""
    for operation in context.operations:
        location, body = resolve(
            context.document, (*operation.location, "requestBody"), operation.node.get("requestBody", {})
        )
        media_type = body.get("x-missing-content-type")
        if media_type is not None and media_type not in body.get("content", {}):
            yield location, f"x-missing-content-type is '{media_type}', which is not a media type of the body"


@rule(
    "servers-local",
    why="Tools that load the contract must not send test data to a production system.",
    fix="List only loopback addresses, such as http://127.0.0.1:4010.",
)
def servers_local(context: LintContext) -> Problems:
    """Find servers on other hosts."""
    servers = context.document.get("servers", ())
    if not servers:
        yield (), "the contract lists no servers"
    for index, server in enumerate(servers):
        url = server.get("url", "") if isinstance(server, Mapping) else ""
        if not re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)", url):
            yield ("servers", index), f"'{url}' is not a loopback address"
