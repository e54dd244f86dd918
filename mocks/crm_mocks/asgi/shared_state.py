"""The shared state of a mock application, and what the processes that share it must have in common."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from crm_mocks import __version__
from crm_mocks.errors import UsageError
from crm_mocks.settings import as_json
from crm_mocks.settings.state import STATE, StateSettings
from crm_mocks.state.shared.opening import claim_state
from crm_mocks.state.shared.state import SharedState
from crm_mocks.state.shared.url import StateUrl

if TYPE_CHECKING:
    from crm_mocks.asgi.mock_app import MockApp


def shared_state(mock_app: MockApp, url: str) -> SharedState:
    """Return the state that an application shares.

    Args:
        mock_app: the application, whose vendors and settings are loaded.
        url: the option `state`.

    Raises:
        UsageError: the URL is wrong, the server does not reply, or its state belongs to other mocks.
    """
    settings = mock_app.settings[STATE]
    assert isinstance(settings, StateSettings)  # no vendor is named STATE
    parsed, common = StateUrl.parse(url), common_options(mock_app)
    if parsed.is_cluster and settings.wait_replicas:
        raise UsageError("state.wait_replicas cannot be used with a Cluster")
    claim_state(parsed, settings, common, mock_app.options.state_wait)
    return SharedState(parsed, settings, common, mock_app.listeners)


def common_options(mock_app: MockApp) -> dict[str, Any]:
    """Return what determines the responses of a process, by the name that users know it by."""
    options = mock_app.options
    replayed = [response.as_json() for response in mock_app.replay]
    return {
        "version": __version__,
        "seed": options.seed,
        "now": None if mock_app.now is None else mock_app.now.isoformat(),
        "contracts": {name: contract.digest for name, contract in sorted(mock_app.contracts.items())},
        "settings": _digest({name: each for name, each in as_json(mock_app.settings).items() if name != STATE}),
        "records": _digest({vendor: dict(kinds) for vendor, kinds in (options.records or {}).items()}),
        "responses": _digest(replayed),
    }


def _digest(value: Any) -> str:
    return sha256(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
