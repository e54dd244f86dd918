"""The contract of the control API, assembled from parts by concept, with those of installed packages.

A package that plugs routes in adds their part by the entry point group `crm_mocks.admin_contracts`: each entry is a
function that returns a document with `paths` and `components`.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any, Final

from crm_mocks import __version__
from crm_mocks.admin.plug_ins import use_plug_ins
from crm_mocks.contract.source import load_yaml

ENTRY_POINTS: Final = "crm_mocks.admin_contracts"
_FOLDER: Final = Path(__file__).parent
_EVERYWHERE: Final = "x-responses-of-the-gateway"
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


def admin_contract() -> dict[str, Any]:
    """Return the contract as an OpenAPI 3.1 document without servers."""
    document = copy.deepcopy(read_part(_FOLDER / "gateway.yaml"))
    document["info"]["version"] = __version__
    document["paths"] = {}
    shared = document.pop(_EVERYWHERE)
    for part in _parts():
        document["paths"].update(copy.deepcopy(part["paths"]))
        for kind, members in part.get("components", {}).items():
            document["components"].setdefault(kind, {}).update(members)
    for item in document["paths"].values():
        for method in _METHODS & item.keys():
            item[method]["responses"] = shared | item[method]["responses"]
    return document


@cache
def read_part(path: Path) -> dict[str, Any]:
    """Return a part of the contract from a YAML file of the package; do not change it."""
    part: dict[str, Any] = load_yaml(path.read_bytes())
    return part


def _parts() -> list[dict[str, Any]]:
    """Return the parts of this package, then those of others."""
    names = ("about", "sessions", "journal", "responses", "records", "page")
    parts = [read_part(_FOLDER / f"{name}.yaml") for name in names]
    use_plug_ins(ENTRY_POINTS, "the contract of the control API plug-in", lambda plug_in: parts.append(plug_in()))
    return parts
