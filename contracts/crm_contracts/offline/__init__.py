"""Mocks in the client's own process, without a socket: the same application behind `requests` and `httpx`."""

from crm_contracts.offline.bridge import Answered, Bridge, Faulted
from crm_contracts.offline.hosts import Hosts

__all__ = ["Answered", "Bridge", "Faulted", "Hosts"]
