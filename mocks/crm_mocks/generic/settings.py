"""Settings of contracts without a vendor of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_mocks.settings import VendorSettings, setting, switch


def words(raw: Any) -> tuple[str, ...]:
    """Parse strings: a list, or a comma-separated string."""
    parts = raw if isinstance(raw, list | tuple) else str(raw).split(",")
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("strings, such as key-1,user:password")
    return tuple(part.strip() for part in parts if part.strip())


@dataclass(frozen=True)
class GenericSettings(VendorSettings):
    """Settings of a supplied contract."""

    credentials: tuple[str, ...] = setting(
        (),
        "Accepted keys, tokens and `user:password` pairs; empty accepts any of the right form.",
        words,
    )
    stateless: bool = setting(
        default=False, help="Answer with examples only: nothing is stored or read back.", parse=switch
    )


@dataclass(frozen=True)
class StatelessSettings(GenericSettings):
    """Settings of a supplied contract that is served without state unless the setting says otherwise."""

    stateless: bool = setting(
        default=True, help="Answer with examples only: nothing is stored or read back.", parse=switch
    )
