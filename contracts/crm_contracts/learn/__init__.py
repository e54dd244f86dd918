"""Draft a contract from recorded traffic or a Postman collection.

Where the evidence is weak, the draft has `x-guess`, which says what the evidence is.
"""

from crm_contracts.learn.drafting import Draft, draft
from crm_contracts.learn.reading import read_samples
from crm_contracts.learn.selection import Scope, select

__all__ = ["Draft", "Scope", "draft", "read_samples", "select"]
