"""In-process mocks: the same ASGI application behind `requests` and `httpx`, without a socket."""

from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.hosts import HostRegistry

__all__ = ["AsgiBridge", "HostRegistry"]
