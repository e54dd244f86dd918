"""Editing a file while it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from crm_mocks.server.contract_reload import files_now, reload_changed
from tests.conftest import Api


def edited(api: Api, file: Path, edit: Callable[[str], str]) -> str:
    """Edit a file while it is watched; return the line that says what happened.

    Args:
        api: the mocks that watch it.
        file: the file, which is created if it does not exist.
        edit: returns the new content for the old one.
    """

    async def watch_and_edit() -> str:
        said: asyncio.Queue[str] = asyncio.Queue()
        mock_app = api.app.mock_app
        task = asyncio.create_task(reload_changed(mock_app, files_now(mock_app), said.put_nowait))
        _replace(file, edit)  # on the event loop, so that all that it changes is seen at once
        try:
            return await asyncio.wait_for(said.get(), 60)
        finally:
            task.cancel()

    return str(api.run(watch_and_edit()))


def _replace(file: Path, edit: Callable[[str], str]) -> None:
    """Edit a file in one step: half of it could be read if writing took longer than polling."""
    new = file.absolute().parents[1] / f"{file.name}.new"  # not in the folder that is watched
    new.write_text(edit(file.read_text() if file.exists() else ""))
    new.replace(file)
