"""The stamp of a state: which processes may share it, and the epoch in which nothing of it was lost."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import orjson

from crm_mocks.errors import StateError, UsageError
from crm_mocks.state.shared.connection import STAMP, StateConnection
from crm_mocks.state.shared.scripts import CLAIM_STAMP
from crm_mocks.state.shared.session_names import SessionNames

FORMAT: Final = 2
"""Format of the log; processes of another format cannot read it."""

_RETRY_SECONDS: Final = 0.2
_CHECK_SECONDS: Final = 2.0
_RECONNECT_SECONDS: Final = 0.5
_STAMP_LIFE: Final = 3
"""The stamp outlives the sessions by this factor."""

log = logging.getLogger("crm_mocks")


class StateKeeper:
    """Watches whether the state can be used by this process.

    Attributes:
        problem: why it cannot be used; empty if it can.
    """

    def __init__(self, connection: StateConnection, options: Mapping[str, Any]) -> None:
        """Prepare the stamp.

        Args:
            connection: server that holds the state.
            options: what processes must have in common, such as the seed, by the name that users know it by.
        """
        self.problem = "the state has not been reached yet"
        self._connection = connection
        self._options = {"format": FORMAT, **options}
        self._key = connection.key(STAMP)
        self._epoch = ""
        self._look = asyncio.Event()

    async def check(self) -> None:
        """Compare the stamp with that of this process, and write it if there is none.

        Raises:
            StateError: the server cannot be used.
            UsageError: the state belongs to other mocks.
        """
        mine = orjson.dumps({"epoch": secrets.token_hex(8), "options": self._options}, option=orjson.OPT_SORT_KEYS)
        stamp = _parsed(await self._written(mine))
        if stamp is None:
            raise UsageError(
                f"the key {self._key} of the state at {self._connection.url} was not written by crm-mocks: "
                "use another state.prefix, or remove it with crm-mocks state purge"
            )
        theirs = stamp["options"]
        differing = [name for name in {**self._options, **theirs} if self._options.get(name) != theirs.get(name)]
        if differing:
            raise UsageError(
                f"the state at {self._connection.url} belongs to mocks with another {', '.join(differing)}: "
                "use the same, another state.prefix, or remove it with crm-mocks state purge"
            )
        life = self._connection.settings.session_ttl * _STAMP_LIFE
        await self._connection.guarded(lambda client: client.pexpire(self._key, int(life * 1000)))
        await SessionNames(self._connection).keep(life)
        if self._epoch and stamp["epoch"] != self._epoch:
            log.error(
                "the state at %s has lost its data: sessions that had been used are incomplete", self._connection.url
            )
        self._epoch = stamp["epoch"]

    async def _written(self, stamp: bytes) -> bytes:
        """Write a stamp unless there is one; return the one that holds."""
        found: bytes = await self._connection.guarded(lambda client: client.eval(CLAIM_STAMP, 1, self._key, stamp))
        return found

    async def wait(self, seconds: float) -> None:
        """Wait until the state can be used.

        Args:
            seconds: time limit.

        Raises:
            UsageError: it cannot be used by then, or belongs to other mocks.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            try:
                await self.check()
            except StateError as error:
                if loop.time() + _RETRY_SECONDS > end:
                    raise UsageError(f"{error} (waited {seconds:g} s, see --state-wait)") from None
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    def fail(self, message: str, *, is_late: bool) -> None:
        """Note a problem, which holds until the state has been checked, as soon as possible.

        Args:
            message: the problem.
            is_late: a time limit was exceeded, which need not be the server's fault: the check finds out.
        """
        if not is_late:
            self.problem = self.problem or message
        self._look.set()

    def look_soon(self) -> None:
        """Check the state as soon as possible, since it has lost something."""
        self._look.set()

    async def watch(self, on_new_epoch: Callable[[], None]) -> None:
        """Keep `problem` up to date, until cancelled; log each change in one line.

        Args:
            on_new_epoch: called when the server has lost its data.
        """
        logged = ""
        while True:
            epoch = self._epoch
            self._look.clear()
            try:
                await self.check()
                self.problem = ""
            except (StateError, UsageError) as error:
                self.problem = str(error)
                self._look.clear()
            if self._epoch != epoch and epoch:
                on_new_epoch()
            if bool(self.problem) != bool(logged):
                log.warning("%s", self.problem or f"the state at {self._connection.url} can be used again")
                logged = self.problem
            with suppress(TimeoutError):
                async with asyncio.timeout(_RECONNECT_SECONDS if self.problem else _CHECK_SECONDS):
                    await self._look.wait()
            if self._look.is_set():
                await asyncio.sleep(0.05)  # failures come in crowds


def _parsed(stamp: bytes) -> dict[str, Any] | None:
    """Return a stamp, or `None` if it is none of ours."""
    try:
        found = orjson.loads(stamp)
    except orjson.JSONDecodeError:
        return None
    is_ours = isinstance(found, dict) and found.keys() == {"epoch", "options"} and isinstance(found["options"], dict)
    return found if is_ours else None
