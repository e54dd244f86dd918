"""The contract of the control API, assembled from parts by concept, with those of installed packages.

A package that plugs routes in adds their part by the entry point group `crm_mocks.admin_contracts`: each entry is a
function that returns a document with `paths` and `components`.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from crm_mocks import __version__
from crm_mocks.contract.source import load_yaml
from crm_mocks.entry_points import entry_points

ENTRY_POINTS: Final = "crm_mocks.admin_contracts"
_FOLDER: Final = Path(__file__).parent
_EVERYWHERE: Final = "x-responses-of-the-gateway"
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
log = logging.getLogger("crm_mocks")


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


def _parts() -> Iterator[dict[str, Any]]:
    """Yield the parts of this package, then those of others."""
    for name in ("about", "sessions", "journal", "responses", "records", "page"):
        yield read_part(_FOLDER / f"{name}.yaml")
    for entry_point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        try:
            yield entry_point.load()()
        except Exception:
            # the contract of the other routes is still served
            log.exception("loading the contract %s (%s) of a plug-in failed", entry_point.name, entry_point.value)
