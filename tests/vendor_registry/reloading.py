"""Editing a file while it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from crm_mocks.server.contract_reload import reload_changed
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
        task = asyncio.create_task(reload_changed(api.app.mock_app, said.put_nowait))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(lambda: file.write_text(edit(file.read_text() if file.exists() else "")))
        try:
            return await asyncio.wait_for(said.get(), 20)
        finally:
            task.cancel()

    return str(api.run(watch_and_edit()))
