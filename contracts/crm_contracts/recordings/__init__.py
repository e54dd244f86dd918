"""Recorded traffic: HAR files, VCR cassettes and the mocks' own journal, read as exchanges."""

from crm_contracts.recordings.reading import read

__all__ = ["read"]
