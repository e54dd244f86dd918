"""A mock that serves a published contract."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.certify.mock_process import MockProcess, serve_in_process
from tools.contracts.published_contract import PublishedContract


@contextmanager
def served_mock(contract: PublishedContract, settings: Mapping[str, str] | None = None) -> Iterator[MockProcess]:
    """Serve the contract's vendor under the contract's settings while the `with` block lasts.

    Args:
        contract: the contract.
        settings: further settings by name, without the vendor's.
    """
    with (
        tempfile.TemporaryDirectory(prefix="crm-mocks-") as folder,
        serve_in_process(contract.vendor, {**contract.settings, **(settings or {})}, Path(folder), 1) as mock,
    ):
        yield mock


def free_port() -> int:
    """Return a port of the loopback interface that is free at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
