"""Activix as it sends: leads, whole, to the receiver of a dealer's partner."""

from crm_mocks.vendors.activix.sender.crm import SENDER

__all__ = ["SENDER"]
