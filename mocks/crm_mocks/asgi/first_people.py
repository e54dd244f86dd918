"""What making up people takes is imported and read beside the event loop, before the first request that may need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.off_loop import FirstUse
from crm_mocks.vendor import Vendor


def _load() -> None:
    from crm_mocks.fixtures.persona import load

    load()


PEOPLE: Final = FirstUse(_load)


async def load_people(vendor: Vendor, settings: Any) -> None:
    """Load it if sessions of a vendor start with people under given settings."""
    if not PEOPLE.is_over and vendor.makes_people(settings):
        await PEOPLE.get()


def may_prefer_dynamic(query: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether a request may prefer a generated response.

    Args:
        query: the query as it was sent.
        headers: headers by lower-case name.
    """
    return b"dynamic" in query or "dynamic" in headers.get("prefer", "").lower()
