"""Loads what personas are generated with beside the event loop, before the first request that may need one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.off_loop import LazyValue
from crm_mocks.vendor import Vendor


def _load() -> None:
    from crm_mocks.fixtures.persona import load

    load()


PERSONAS: Final = LazyValue(_load)
"""Faker and its data, of which importing and reading would hold up the event loop."""


async def load_personas(vendor: Vendor, settings: Any) -> None:
    """Load `PERSONAS` if sessions of a vendor start with people under given settings."""
    if not PERSONAS.is_loaded and vendor.makes_people(settings):
        await PERSONAS.get()


def may_prefer_dynamic(query: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether a request may prefer a generated response.

    Args:
        query: the query as it was sent.
        headers: headers by lower-case name.
    """
    return b"dynamic" in query or "dynamic" in headers.get("prefer", "").lower()
