"""Compare two versions of an OpenAPI contract: what changed, and for whom it breaks something.

The package stands alone: it imports nothing else of crm-mocks. Example:

    diff = compare(yaml.safe_load(old), yaml.safe_load(new))
    for change in diff.changes:
        print(change.operation, change.message)
"""

from crm_contracts.diff.documents import compare
from crm_contracts.diff.errors import DocumentError
from crm_contracts.diff.model import Audience, Change, Diff

__all__ = ["Audience", "Change", "Diff", "DocumentError", "compare"]
