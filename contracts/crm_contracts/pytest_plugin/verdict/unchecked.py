"""What a run did not check: tests that sent nothing, and requests that could not be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from crm_contracts.judge.checked import require_requests
from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.options import ALLOW_NO_REQUESTS
from crm_contracts.pytest_plugin.run_directory import RunDirectory
from crm_contracts.report.text import plural

_MAX_DESTINATIONS: Final = 5


@dataclass(frozen=True)
class Unchecked:
    """What a run did not check.

    Attributes:
        tests: number of tests, or shared sessions, that took a fixture.
        silent: node ids of those that sent nothing.
        destinations: where the silent ones connected to, as `host:port`.
        forked: URLs that forked processes requested of in-process mocks.
    """

    tests: int
    silent: tuple[str, ...]
    destinations: tuple[str, ...]
    forked: tuple[str, ...]

    @classmethod
    def read(cls, directory: RunDirectory, tests: Mapping[str, str]) -> Unchecked:
        """Read the records of a run.

        Args:
            directory: directory of the run.
            tests: node ids by session.
        """
        silent_sessions = {name: destinations for name, destinations in directory.read("silent") if name in tests}
        sessions: defaultdict[str, set[str]] = defaultdict(set)
        for name, test in tests.items():
            sessions[test].add(name)
        return cls(
            len(sessions),
            tuple(sorted(test for test, names in sessions.items() if names <= silent_sessions.keys())),
            tuple(dict.fromkeys(each for found in silent_sessions.values() for each in found)),
            tuple(url for name, url in directory.read("forked") if name in tests),
        )

    def complained(self, verdict: Verdict, *, allow_no_requests: bool) -> Verdict:
        """Return a verdict on the run that fails, by complaints, for what was not checked.

        Args:
            verdict: verdict on the run.
            allow_no_requests: do not complain that no request came.
        """
        if self.forked:
            verdict = _with_complaint(
                verdict,
                f"{plural(len(self.forked), 'request')} of forked processes could not be counted, the first to "
                f"{self.forked[0]}: in-process mocks serve only the process of the test",
            )
        is_silent = bool(self.tests) and len(self.silent) == self.tests
        if is_silent and verdict.exchanges and not allow_no_requests:
            return _with_complaint(
                verdict,
                f"no request came to the URL of a test, but {verdict.exchanges} to the server's own, which belongs to "
                f"no test: give the client the fixture's url",
            )
        allowed = allow_no_requests or not self.tests
        return require_requests(verdict, self._causes(), allowed=allowed, option=ALLOW_NO_REQUESTS)

    def _causes(self) -> Iterator[str]:
        """Yield where requests probably went, the likeliest first."""
        if self.destinations:
            named = ", ".join(self.destinations[:_MAX_DESTINATIONS])
            yield f"they went to {named}, to which the tests connected: give the client the fixture's url"
        else:
            yield "the client has a URL of its own: give it the fixture's url, or a program the fixture's environment"
        yield "the tests send none"


def _with_complaint(verdict: Verdict, complaint: str) -> Verdict:
    return replace(verdict, complaints=(*verdict.complaints, complaint))
