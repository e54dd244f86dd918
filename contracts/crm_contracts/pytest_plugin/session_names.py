"""Names of the sessions of a test run; they are the same in each run, since generated values depend on them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import lru_cache
from typing import Final

_NOT_ALPHANUMERIC: Final = re.compile(r"[^A-Za-z0-9]+")


class RunSessionNames:
    """Names of the sessions that one process opens."""

    def __init__(self, worker: str, suffix: str) -> None:
        """Start without any.

        Args:
            worker: id of the pytest-xdist worker; empty if this process is none.
            suffix: end of all names, which differs by worker if all workers run the same tests.
        """
        self._worker = worker
        self._suffix = suffix
        self._taken: Counter[str] = Counter()

    def next(self, test: str) -> str:
        """Return the name that the next session of a test will have."""
        number = self._taken[test] + 1
        repetition = f"-{number}" if number > 1 else ""
        return f"{_stem(test)}{self._suffix}{repetition}"[:100]

    def take(self, test: str) -> str:
        """Return the name of a new session.

        Args:
            test: node id of the test, or name of a shared session.
        """
        name = self.next(test)
        self._taken[test] += 1
        return name

    def shared(self, name: str) -> str:
        """Return a name of a session that tests share: each worker of pytest-xdist has one of its own."""
        return f"{name} ({self._worker})" if self._worker else name


@lru_cache(maxsize=8)  # asked when the test before ends, and when the test begins
def _stem(test: str) -> str:
    words = _NOT_ALPHANUMERIC.sub("-", test.rpartition("::")[2]).strip("-")[:50]
    digest = hashlib.sha256(test.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{words}-{digest}"
