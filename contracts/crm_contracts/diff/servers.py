"""Comparing the base paths of two documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.diff import nodes
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import Direction, Effect

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def compare_servers(old: Mapping[str, Any], new: Mapping[str, Any], trail: Trail) -> None:
    """Note a change of the paths of `servers`. Hosts are not compared: they are a matter of deployment."""
    was, now = _paths(old), _paths(new)
    effect = (Effect.NARROWED if was - now else Effect.NONE) | (Effect.WIDENED if now - was else Effect.NONE)
    if effect:
        trail.add(Direction.REQUEST, ("servers",), "servers", effect, sorted(was), sorted(now))


def _paths(document: Mapping[str, Any]) -> set[str]:
    servers = [nodes.as_mapping(each, "servers") for each in nodes.listing(document, "servers")]
    return {_path(each) for each in servers} or {"/"}


def _path(server: Mapping[str, Any]) -> str:
    variables = nodes.mapping(server, "variables")

    def default(found: re.Match[str]) -> str:
        return str(nodes.as_mapping(variables.get(found[1], {}), found[1]).get("default", found[0]))

    url = _VARIABLE.sub(default, nodes.text(server, "url"))
    try:
        return urlsplit(url).path.rstrip("/") or "/"
    except ValueError:
        return url
