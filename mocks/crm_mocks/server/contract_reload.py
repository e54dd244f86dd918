"""`--reload`: contracts are read again when their files change. Sessions and their records stay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract, source
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import reload_vendor

ENTRY_POINTS: Final = "crm_mocks.contract_changes"
"""Entry point group of one function that takes the old and the new document and returns what changed, in one line."""

_POLL_SECONDS: Final = 0.5

_Stamps = Mapping[Path, tuple[int, int] | None]
"""Time of change and size of each file; `None` for a file that is not there."""


async def reload_changed(mock_app: MockApp, say: Callable[[str], None]) -> None:
    """Read contracts again whenever one of their files changes, until cancelled.

    Requests in flight end with the contract that they started with. A contract that cannot be used changes nothing.

    Args:
        mock_app: the mocks.
        say: called with one line for each change.
    """
    seen = {name: _stamps(files_of(contract)) for name, contract in mock_app.contracts.items()}
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        for name, before in seen.items():
            now = _stamps(before)
            if now == before:
                continue
            seen[name] = now
            say(await _reload(mock_app, name))
            seen[name] = {**_stamps(files_of(mock_app.contracts[name])), **now}


async def _reload(mock_app: MockApp, name: str) -> str:
    """Read a contract again and serve it; return what happened."""
    old = mock_app.contracts[name]
    try:
        mock_app.replace_vendor(await asyncio.to_thread(reload_vendor, name))
    except CrmMocksError as error:
        return f"{name}: {error}; the contract before stays in force"
    return f"{name}: {await asyncio.to_thread(_changes, _written(old), _written(mock_app.contracts[name]))}"


def files_of(contract: Contract) -> tuple[Path, ...]:
    """Return the files of a contract."""
    supplied = contract.supplied
    return supplied.files if supplied is not None else (source.directory() / f"{contract.vendor}.yaml",)


def _written(contract: Contract) -> Mapping[str, Any]:
    return contract.supplied.published if contract.supplied is not None else contract.published()


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old == new:
        return "the contract was read again: unchanged"
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            return f"the contract was read again: {entry.load()(old, new)}"
        except ImportError:
            continue
    return "the contract was read again"


def _stamps(files: Mapping[Path, Any] | tuple[Path, ...]) -> dict[Path, tuple[int, int] | None]:
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
