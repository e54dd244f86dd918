"""Readers of recorded traffic: HAR files, VCR cassettes and the mocks' journal."""

from crm_contracts.recordings.reading import read

__all__ = ["read"]
