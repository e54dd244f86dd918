"""Fuzzing clients by their answers: strategies for what a contract allows, and for what networks make of it."""

from __future__ import annotations

from crm_mocks.errors import UsageError

try:
    import hypothesis as _hypothesis  # noqa: F401  # only to tell whether it is there
except ImportError:
    raise UsageError("Hypothesis is not installed: pip install 'crm-mocks[fuzz]'") from None

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.strategies import answers

__all__ = ["FuzzedAnswer", "Kind", "answers"]
