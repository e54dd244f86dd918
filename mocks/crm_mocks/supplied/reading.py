"""Read a supplied contract and adapt it to the form of the product's own contracts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.contract.servers import base_path
from crm_mocks.contract.supplied_contract import SuppliedContract
from crm_mocks.errors import ContractError
from crm_mocks.supplied.applied_schemas import check_applied_schemas
from crm_mocks.supplied.bundle import Bundle
from crm_mocks.supplied.operations import OperationAdapter
from crm_mocks.supplied.source import SuppliedSource

_VERSION: Final = re.compile(r"3\.[012](\.\d+)?(-\w+)?")
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_SHOWN: Final = 50
"""Characters of a version that a message shows."""

_CONVERT: Final = "convert it first, for example with `npx swagger2openapi FILE -o openapi.yaml`"


def read_contract(path: Path, name: str, prefix: str = "") -> SuppliedContract:
    """Read and adapt an OpenAPI document.

    Example:
        >>> contract = read_contract(Path("their-crm.yaml"), "their_crm")
        >>> [str(operation) for operation in contract.unserved]
        []

    Args:
        path: the file; further files below its folder are read where it refers to them.
        name: name of the vendor.
        prefix: path before all paths of the contract, such as `/theirs`.

    Raises:
        ContractError: the document cannot be used; the message is one line with file and line.
    """
    prefix = prefix.rstrip("/")
    if not _PREFIX.fullmatch(prefix):
        raise ContractError(f"{path}: the prefix '{prefix}' is not a path such as /theirs")
    bundle = read_bundle(path)
    source = SuppliedSource(bundle)
    check_applied_schemas(source)
    operations = OperationAdapter(source, prefix)
    operations.adapt_all()
    if not operations.paths and not operations.webhooks:
        for first in operations.unserved:
            raise ContractError(f"{first.place}: no operation can be served: {first.text}")
        raise ContractError(f"{bundle.place(('paths',))}: no operation can be served")
    document = bundle.document
    server_path = prefix + base_path(document.get("servers"))
    return SuppliedContract(
        name=name,
        path=path,
        published=document,
        document={
            "openapi": "3.0.3",
            "info": _info(document, name),
            "x-base-path": server_path,
            **({} if source.is_30 else {CARRIED: True}),
            "x-webhooks": operations.webhooks,
            "paths": operations.paths,
            "components": {
                "schemas": operations.schemas.components,
                "securitySchemes": operations.security.schemes(),
            },
        },
        digest=bundle.files.digest(),
        files=tuple(bundle.files.paths),
        server_path=server_path,
        unserved=tuple(operations.unserved),
        notes=tuple(source.notes),
    )


def read_bundle(path: Path) -> Bundle:
    """Read an OpenAPI document and the files that it refers to, without adapting it.

    Raises:
        ContractError: as for `read_contract`.
    """
    bundle = Bundle(path)
    _refuse_others(bundle.document, bundle, path)
    return bundle


def _info(document: dict[str, Any], name: str) -> dict[str, Any]:
    info = document.get("info")
    info = info if isinstance(info, dict) else {}
    return {"title": str(info.get("title") or name), "version": str(info.get("version") or "")}


def _refuse_others(document: Any, bundle: Bundle, path: Path) -> None:
    """Refuse what is no OpenAPI document of a version that can be served.

    Raises:
        ContractError: it is none.
    """
    if not isinstance(document, dict):
        raise ContractError(f"{path}, line 1: not an OpenAPI document, but {_kind(document)}")
    if "swagger" in document:
        place = bundle.place(("swagger",))
        version = " ".join(str(document["swagger"]).split())[:_SHOWN]
        raise ContractError(f"{place}: this is OpenAPI {version} (Swagger): {_CONVERT}")
    if "openapi" not in document:
        hint = {"info": "a Postman collection", "asyncapi": "AsyncAPI", "log": "a HAR file"}
        found = [words for key, words in hint.items() if key in document]
        is_postman = isinstance(document.get("info"), dict) and _is_postman(document["info"])
        what = found[0] if found and (found[0] != hint["info"] or is_postman) else "a document without 'openapi: 3.…'"
        learnt = ": `crm-mocks learn` drafts a contract from it" if what in (hint["info"], hint["log"]) else ""
        raise ContractError(f"{path}, line 1: not an OpenAPI document, but {what}{learnt}")
    version = " ".join(str(document["openapi"]).split())[:_SHOWN]
    if not _VERSION.fullmatch(version):
        place = bundle.place(("openapi",))
        raise ContractError(f"{place}: OpenAPI {version} cannot be served: 3.0 and 3.1 can")
    if not isinstance(document.get("paths", {}), dict):
        raise ContractError(f"{bundle.place(('paths',))}: 'paths' must be an object")
    if "paths" not in document and "webhooks" not in document:
        raise ContractError(f"{path}, line 1: the document has no 'paths'")


def _is_postman(info: dict[str, Any]) -> bool:
    """Return whether that is the `info` of a Postman collection; exports by other tools lack the id."""
    return "_postman_id" in info or "getpostman.com" in str(info.get("schema"))


def _kind(document: Any) -> str:
    if document is None:
        return "an empty file"
    return "a list" if isinstance(document, list) else "a single value"
