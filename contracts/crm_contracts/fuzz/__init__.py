"""Generate responses for clients: those that a contract allows, and faulty ones as produced by networks and servers.

Example:
    from hypothesis import given
    from crm_contracts.fuzz import answers

    @given(response=answers("their_crm.listContacts", status=200))
    def test_the_client_survives(their_crm_offline, response):
        their_crm_offline.reset()
        their_crm_offline.respond(response)
        ...
"""

from __future__ import annotations

from crm_mocks.errors import UsageError

try:
    import hypothesis as _hypothesis  # noqa: F401  # only to check that it is installed
except ImportError:
    raise UsageError("Hypothesis is not installed: pip install 'crm-mocks[fuzz]'") from None

from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.strategies import answers

__all__ = ["GeneratedResponse", "MutationKind", "answers"]
