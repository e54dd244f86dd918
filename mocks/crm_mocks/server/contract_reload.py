"""`--reload`: contracts, and the code of vendors' folders, are read again when their files change.

Sessions and their records stay if only a contract has changed; other code starts its vendor anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract, source
from crm_mocks.entry_points import entry_points
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import reload_vendor
from crm_mocks.vendor.loading import code_files, imported_anew

ENTRY_POINTS: Final = "crm_mocks.contract_changes"
"""Entry point group of one function that takes the old and the new document and returns what changed, in one line."""

RELOAD: Final = "reload"
"""Name of `reload_here` among the calls of other processes."""

_POLL_SECONDS: Final = 0.5

_Stamps = Mapping[Path, tuple[int, int] | None]
"""Time of change and size of each file; `None` for a file that is not there."""


@dataclass(frozen=True)
class Watched:
    """The files of a vendor: those of its contract, and the others."""

    contract: _Stamps
    code: _Stamps


def files_now(mock_app: MockApp) -> dict[str, Watched]:
    """Return the present state of the files of all vendors, for `reload_changed`."""
    return {name: _look(mock_app, name, files_of(contract)) for name, contract in mock_app.contracts.items()}


async def reload_changed(mock_app: MockApp, watched: dict[str, Watched], say: Callable[[str], None]) -> None:
    """Read contracts and code again whenever one of their files changes, until cancelled.

    Requests in flight end with the contract and code that they started with. What cannot be used changes nothing.

    Args:
        mock_app: the mocks.
        watched: state of the files from which on changes count.
        say: called with one line for each change.
    """
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        for name, before in watched.items():
            now = await _settled(partial(_look, mock_app, name, before.contract), before)
            if now == before:
                continue
            watched[name] = now
            say(await (_reload if now.code == before.code else _reload_code)(mock_app, name))
            files = files_of(mock_app.contracts[name])
            code = {file: stamp for file, stamp in now.code.items() if file not in files}
            watched[name] = Watched({**_stamps(files), **now.contract}, code)


async def _settled(look: Callable[[], Watched], before: Watched) -> Watched:
    """Return the state of files once they have stopped changing: one that is being written is not complete."""
    now = look()
    while now != before:
        await asyncio.sleep(_POLL_SECONDS)
        before, now = now, look()
    return now


async def _reload(mock_app: MockApp, name: str) -> str:
    """Read a contract again and serve it; return what happened."""
    old = mock_app.contracts[name]
    try:
        await _reload_everywhere(mock_app, name, code=False)
    except CrmMocksError as error:
        return f"{name}: {error}; the contract before stays in force"
    return f"{name}: {await _changed(old, mock_app.contracts[name])}"


async def _reload_code(mock_app: MockApp, name: str) -> str:
    """Import the code of a vendor again, with its contract, and serve it; return what happened."""
    old = mock_app.contracts[name]
    try:
        await _reload_everywhere(mock_app, name, code=True)
    except CrmMocksError as error:
        return f"{name}: {error}; the code before stays in force"
    new = mock_app.contracts[name]
    also = f"; {await _changed(old, new)}" if _written(old) != _written(new) else ""
    return f"{name}: the code was read again, its settings and records start anew{also}"


async def _reload_everywhere(mock_app: MockApp, name: str, *, code: bool) -> None:
    if mock_app.peers is None:
        await reload_here(mock_app, name, code)
    else:
        await mock_app.peers.gather(RELOAD, name, code)


async def reload_here(mock_app: MockApp, name: str, code: bool) -> None:  # noqa: FBT001  # called by other processes
    """Read a contract, and code, again in this process.

    Args:
        mock_app: the mocks.
        name: name of the vendor.
        code: import the code of the vendor again too.

    Raises:
        CrmMocksError: they cannot be used, and those before stay in force.
    """
    if not code:
        mock_app.replace_vendor(await asyncio.to_thread(reload_vendor, name))
        return
    try:
        with imported_anew(name):
            mock_app.replace_vendor(await asyncio.to_thread(reload_vendor, name), restart=True)
    except CrmMocksError:
        raise
    except (Exception, SystemExit) as error:  # code of others may raise anything
        message = " ".join(str(error).split())
        raise CrmMocksError(f"{type(error).__name__}: {message}") from error


async def _changed(old: Contract, new: Contract) -> str:
    return await asyncio.to_thread(_changes, _written(old), _written(new))


def _look(mock_app: MockApp, name: str, contract: Iterable[Path]) -> Watched:
    """Return the state of the files of a vendor; one that its contract refers to belongs to the contract."""
    code = code_files(name) - set(files_of(mock_app.contracts[name]))
    return Watched(_stamps(contract), _stamps(code))


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


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
