"""Redaction: what of an exchange is shown, stored or sent to another process.

It is an allow-list. `documented.py` and `operation_parts.py` say what the contract documents, `header_names.py` what
HTTP defines, `name_rules.py` what names and settings say, and `known_credentials.py` which values are secret wherever
they stand. `json_values.py`, `texts.py`, `bodies.py` and `addresses.py` apply that to the parts of an exchange,
`exchanges.py` to all of it.
"""

from __future__ import annotations

from crm_mocks.redaction.known_credentials import KnownCredentials
from crm_mocks.redaction.redaction import Redaction

__all__ = ["KnownCredentials", "Redaction"]
