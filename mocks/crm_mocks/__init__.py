"""Mock CRM servers driven by OpenAPI contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_mocks.app import create_app as create_app
    from crm_mocks.server.thread import Mocks as Mocks
    from crm_mocks.server.thread import serve as serve

__version__ = "0.1.0"
"""Version of the distribution."""

__all__ = ["Mocks", "__version__", "create_app", "serve"]

_PUBLIC_MODULES = {
    "create_app": "crm_mocks.app",
    "serve": "crm_mocks.server.thread",
    "Mocks": "crm_mocks.server.thread",
}


def __getattr__(name: str) -> Any:
    """Import public names on first use: the host takes a third of a second to import."""
    if name not in _PUBLIC_MODULES:
        raise AttributeError(f"module 'crm_mocks' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PUBLIC_MODULES[name]), name)
