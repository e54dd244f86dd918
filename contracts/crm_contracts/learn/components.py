"""Schemas that several bodies share become components."""

from __future__ import annotations

from typing import Any


def with_components(paths: dict[str, Any]) -> dict[str, Any]:
    """Move shared schemas to components; return the components."""
    return {}
