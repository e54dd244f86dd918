"""Two versions of a contract, and for whom what changed between them breaks something."""

from crm_contracts.diff.documents import compare
from crm_contracts.diff.model import Audience, Change, Diff

__all__ = ["Audience", "Change", "Diff", "compare"]
