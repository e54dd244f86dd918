"""Contracts of CRMs: operations, compiled validators, examples, digest."""

from crm_mocks.basis import Basis, BasisKind, Position
from crm_mocks.contract.contract import Contract, ContractFile
from crm_mocks.contract.operation import Operation
from crm_mocks.contract.outcome import Outcome
from crm_mocks.contract.shape import Notice

__all__ = ["Basis", "BasisKind", "Contract", "ContractFile", "Notice", "Operation", "Outcome", "Position"]
