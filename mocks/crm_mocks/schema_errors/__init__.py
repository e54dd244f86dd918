"""The errors of schema validators: found within bounds of time, and converted to violations."""

from __future__ import annotations

from crm_mocks.schema_errors.excerpt import bounded_errors
from crm_mocks.schema_errors.violations import SCHEMA_RULES, schema_violations

__all__ = ["SCHEMA_RULES", "bounded_errors", "schema_violations"]
