"""Judge the session of a test: when its call ends, and again when its fixture does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest

from crm_contracts.judge.finding import Finding
from crm_contracts.judge.sessions.session_findings import SessionFindings
from crm_contracts.pytest_plugin.fixtures.session_mocks import SessionMocks
from crm_contracts.pytest_plugin.test_run import TestRun
from crm_contracts.pytest_plugin.verdict.allowed import allowed_by
from crm_contracts.pytest_plugin.verdict.test_order import session_of_next_test


class JudgedSession:
    """An open session. Each failing finding is reported once, in the test during which the requests came.

    Attributes:
        mocks: the mocks of the session.
    """

    def __init__(
        self, run: TestRun, mocks: SessionMocks, allow: Iterable[str] = (), *, of_one_test: bool = False
    ) -> None:
        """Start judging.

        Args:
            run: the test run.
            mocks: the mocks of the session.
            allow: names of violations allowed in the whole session.
            of_one_test: no other test can use the session.
        """
        self.mocks = mocks
        self._run = run
        self._of_one_test = of_one_test
        self._exchanges: int | None = None  # once the session is closed
        self._allow = list(allow)
        self._allowed_by_tests: list[str] = []
        self._reported: dict[object, int] = {}
        self._reported_forks = 0
        self._resets = 0

    def failure(self, test: pytest.Item, *, is_last: bool = False) -> str:
        """Return what broke in a test since the last call, as a message; empty if nothing did.

        Args:
            test: the test.
            is_last: nothing of the test runs after this, so that its session can be closed.

        Raises:
            CrmMocksError: the session cannot be judged.
        """
        if is_last and self._of_one_test:
            return self._end(test.name)
        findings = list(self._unreported(self.mocks.findings(self._allow)))
        more = [name for name in allowed_by(test, self._run) if name not in self._allow]
        if more:  # a test that shares the session allows what the others do not
            self._allowed_by_tests += more
            others = self._failing(self.mocks.findings([*self._allow, *more]))
            findings = [finding for finding in findings if finding.group in {other.group for other in others}]
        return self._message(findings, test.name)

    def failure_at_end(self, name: str) -> str:
        """Close the session; return what broke since the last judgement.

        Args:
            name: name of the test or fixture.

        Raises:
            CrmMocksError: the session cannot be judged.
        """
        if self._allowed_by_tests:
            allowed = [*self._allow, *self._allowed_by_tests]
            self.mocks.channel("POST", "sessions", {"session": self.mocks.session, "allow": allowed})
        message = self._end(name) if self._exchanges is None else self._message((), name)
        self._run.save_session(self.mocks.session, self._exchanges or 0)
        return message

    def _end(self, name: str) -> str:
        following = session_of_next_test(self._run)
        found = self.mocks.end(self._allow, following)
        if following is not None and following.url is not None:
            self._run.next_session = following
        self._exchanges = found.exchanges
        return self._message(list(self._unreported(found)), name)

    def _message(self, findings: Sequence[Finding], name: str) -> str:
        forked = self._run.forked_requests(self.mocks.session)
        parts = []
        if findings:
            from crm_contracts.pytest_plugin.verdict.failure_message import failure_message  # with all that it needs

            parts.append(failure_message(findings, name))
        if len(forked) > self._reported_forks:
            parts.append(
                f"crm-mocks: {name} sent {', '.join(forked[self._reported_forks :])} in a forked process, "
                f"where in-process mocks cannot count requests: use the fixture without '_offline'"
            )
        self._reported_forks = len(forked)
        return "\n\n".join(parts)

    def _failing(self, found: SessionFindings) -> Sequence[Finding]:
        """Return the findings that the baseline does not have."""
        return self._run.known.without_known(found.findings) if found.findings else ()

    def _unreported(self, found: SessionFindings) -> Iterator[Finding]:
        """Yield the failing findings that have not been reported, or not as often."""
        if self._resets != self.mocks.resets:
            self._resets = self.mocks.resets
            self._reported.clear()
        for finding in self._failing(found):
            count = finding.count - self._reported.get(finding.group, 0)
            self._reported[finding.group] = finding.count
            if count > 0:
                yield replace(finding, count=count)
