"""A small contract without findings, and its implementation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.lint import Implementation
from crm_mocks.contract.source import load_yaml
from crm_mocks.settings import VendorSettings, one_of, setting, switch


@dataclass(frozen=True)
class ToySettings(VendorSettings):
    strict: bool = setting(default=True, help="Whether a lead needs a name.", parse=switch)
    release: str = setting("R2", "Release.", one_of("R1", "R2"))


@pytest.fixture
def good() -> Any:
    """A contract without findings; tests may modify it."""
    return load_yaml((Path(__file__).parent / "good_contract.yaml").read_bytes())


@pytest.fixture
def toy() -> Implementation:
    """The implementation of the good contract."""
    return Implementation(frozenset({"createLead", "leads"}), ToySettings())
