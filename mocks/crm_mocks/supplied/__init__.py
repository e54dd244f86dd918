"""Contracts that users supply: any OpenAPI 3.0 or 3.1 document, adapted to the form of the product's own contracts."""

from crm_mocks.contract import cache
from crm_mocks.contract.supplied_contract import ContractNote, SuppliedContract, UnservedOperation
from crm_mocks.supplied.reading import read_contract

__all__ = ["ContractNote", "SuppliedContract", "UnservedOperation", "cache", "read_contract"]
