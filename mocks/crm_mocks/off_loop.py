"""Runs what takes long in threads beside the event loop, so that the mocks keep responding."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from crm_mocks.per_loop import PerLoop

Result = TypeVar("Result")

_SWITCH_SECONDS: Final = 0.0005
"""How long a thread runs until another may: Python's own 5 ms would delay each step of a mock's response."""

_locks: Final = PerLoop(asyncio.Lock)
"""For one computation at a time, since each would slow down the mocks as much as one does."""


async def off_loop(compute: Callable[[], Result]) -> Result:
    """Return the result of a function that runs in a thread while the event loop serves other requests.

    Args:
        compute: the function, which must not touch state that the event loop changes: give it a snapshot. It is
            abandoned when the process ends.

    Raises:
        Exception: what the function raises.
    """
    async with _locks.get():
        return await _in_thread(compute)


class LazyValue(Generic[Result]):
    """A value that is loaded when it is first used, in a thread beside the event loop.

    Where loading fails, the next use tries again.

    Attributes:
        is_loaded: whether the value is there.

    Example:
        >>> table = LazyValue(lambda: json.loads(path.read_bytes()))
        >>> await table.get()
    """

    def __init__(self, load: Callable[[], Result]) -> None:
        """Load nothing yet.

        Args:
            load: imports, reads or builds the value; must not touch state that the event loop changes.
        """
        self.is_loaded = False
        self._load = load
        self._loading = threading.Lock()
        self._loaded: list[Result] = []
        self._under_way: WeakKeyDictionary[Any, asyncio.Task[Result]] = WeakKeyDictionary()  # by event loop

    def now(self) -> Result:
        """Return the value; if necessary, load it in this thread.

        Raises:
            Exception: what loading raises.
        """
        if not self.is_loaded:
            with self._loading:
                if not self.is_loaded:
                    self._loaded.append(self._load())
                    self.is_loaded = True
        return self._loaded[0]

    async def get(self) -> Result:
        """Return the value; if necessary, load it while the event loop serves others, in one thread for all who wait.

        Raises:
            Exception: what loading raises.
        """
        if self.is_loaded:
            return self._loaded[0]
        loop = asyncio.get_running_loop()
        loading = self._under_way.get(loop)
        if loading is None:
            loading = self._under_way[loop] = loop.create_task(_in_thread(self.now))
            loading.add_done_callback(lambda _: self._under_way.pop(loop, None))
        return await asyncio.shield(loading)


async def _in_thread(compute: Callable[[], Result]) -> Result:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def run() -> None:
        try:
            result = compute()
        except BaseException as error:  # noqa: BLE001  # raised where the result is awaited
            call(_fail, done, error)
        else:
            call(_finish, done, result)

    def call(settle: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, *arguments)

    with _FREQUENT_SWITCHES:
        threading.Thread(target=run, name="crm-mocks-control", daemon=True).start()
        return await done


def _finish(done: asyncio.Future[Any], result: Any) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)


class _FrequentSwitches:
    """Lets threads take turns often during `with` blocks, which may overlap, of any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks = 0
        self._usual = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if not self._blocks:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(_SWITCH_SECONDS)
            self._blocks += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._blocks -= 1
            if not self._blocks:
                sys.setswitchinterval(self._usual)


_FREQUENT_SWITCHES: Final = _FrequentSwitches()
