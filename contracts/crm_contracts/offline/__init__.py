"""Mocks in the client's own process, without a socket: the same application behind `requests` and `httpx`."""

from crm_contracts.offline.bridge import AsgiBridge, BufferedResponse, TransportFault
from crm_contracts.offline.hosts import HostRegistry

__all__ = ["AsgiBridge", "BufferedResponse", "HostRegistry", "TransportFault"]
