"""The fixtures `<vendor>_sender`: a CRM that pushes to the receiver under test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.pytest_plugin.allowed import allowed_by
from crm_contracts.pytest_plugin.test_run import TEST_RUN, TestRun
from crm_mocks.errors import CrmMocksError


class PusherFactory:
    """Creates pushers from a CRM to receivers for one test, with the seed, time and settings of the run.

    Example:
        def test_lead_is_stored(activix_sender):
            pusher = activix_sender.to_wsgi(application, "/leads")
            assert pusher.push().status == 201
    """

    def __init__(self, vendor: str, run: TestRun, allowed: Iterable[str]) -> None:
        """Create a factory.

        Args:
            vendor: name of the CRM.
            run: the test run.
            allowed: names of violations that the test allows.
        """
        from crm_contracts.judge.policy import DEFAULT, STRICT
        from crm_mocks.cli.inputs import load_settings

        self._vendor = vendor
        options = run.options
        self._seed, self._now = options.seed, options.now
        self._policy = STRICT if options.strict else DEFAULT
        self._known = run.known
        self._allowed = list(allowed)
        settings = load_settings(options.config, options.assignments, ())
        self._settings = {key: value for key, value in settings.items() if key.startswith(f"{vendor}.")}
        self._pushers: list[Pusher] = []
        self._reported: dict[Pusher, int] = {}

    def to_url(self, url: str, **options: Any) -> Pusher:
        """Return a pusher to a URL; see `crm_contracts.push.to_url`."""
        from crm_contracts.providers.push import to_url

        return self._open(to_url, url, **options)

    def to_wsgi(self, application: Any, path: str | None = None, **options: Any) -> Pusher:
        """Return a pusher to a WSGI application; see `crm_contracts.push.to_wsgi`."""
        from crm_contracts.providers.push import to_wsgi

        return self._open(to_wsgi, application, path, **options)

    def to_asgi(self, application: Any, path: str | None = None, **options: Any) -> Pusher:
        """Return a pusher to an ASGI application; see `crm_contracts.push.to_asgi`."""
        from crm_contracts.providers.push import to_asgi

        return self._open(to_asgi, application, path, **options)

    def _open(self, create: Callable[..., Pusher], *receiver: Any, **options: Any) -> Pusher:
        settings = {**self._settings, **options.pop("settings", {})}
        options = {"seed": self._seed, "now": self._now, "settings": settings, "policy": self._policy, **options}
        self._pushers.append(create(self._vendor, *receiver, **options))
        return self._pushers[-1]

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close all pushers at the end of the `with` block."""
        try:
            yield
        finally:
            for pusher in self._pushers:
                pusher.close()

    def failure(self, test: pytest.Item, *, is_last: bool = False) -> str:  # noqa: ARG002  # the pushers end by themselves
        """Return what receivers broke in a test since the last call, as a message; empty if they broke nothing."""
        reports = "\n".join(self._reports())
        return f"crm-mocks: the receiver broke the contract in {test.name}\n\n{reports}" if reports else ""

    def _reports(self) -> Iterator[str]:
        """Yield the report on each receiver that broke the contract and has responded since the last report."""
        from crm_contracts.judge.reports.verdict_report import report
        from crm_contracts.report.formats import render

        for pusher in self._pushers:
            verdict = self._with_known_findings(pusher.verdict())
            if verdict.exit_code() and verdict.exchanges != self._reported.get(pusher):
                self._reported[pusher] = verdict.exchanges
                yield render(report(verdict, "push"), "terminal")

    def _with_known_findings(self, verdict: Verdict) -> Verdict:
        from crm_contracts.judge.allow import allow

        return self._known.marked_in(allow(verdict, self._allowed))


def pusher_factory(request: pytest.FixtureRequest, vendor: str) -> Iterator[PusherFactory]:
    """Yield the pusher factory of a test; fail the test if a receiver broke the contract."""
    try:
        run = request.config.stash[TEST_RUN]
        factory = PusherFactory(vendor, run, allowed_by(request.node, run))
    except CrmMocksError as error:
        pytest.fail(f"crm-mocks: {error}", pytrace=False)
    run.judged_sessions.append(factory)
    with factory.closing():
        try:
            yield factory
        finally:
            run.judged_sessions.remove(factory)
        failure = factory.failure(request.node)
    if failure:  # it broke the contract after the test's call, as in the teardown of another fixture
        pytest.fail(failure, pytrace=False)
