"""Readers of recorded traffic: HAR files, VCR cassettes, the mocks' journal and Postman collections."""

from crm_contracts.recordings.reading import read

__all__ = ["read"]
