"""The CRM that sends, for the tests of a receiver: what the fixtures `<vendor>_sender` give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.pytest_plugin.allowed import allowed_by
from crm_contracts.pytest_plugin.test_run import KEY, TestRun
from crm_mocks.errors import CrmMocksError


class Senders:
    """Opens ways from one CRM to receivers, for one test, with the seed, time and settings of the run's options."""

    def __init__(self, vendor: str, run: TestRun, allowed: Iterable[str]) -> None:
        """Take what the run's options say.

        Args:
            vendor: whose CRM sends.
            run: this one.
            allowed: names of mistakes that the test allows.
        """
        from crm_contracts.judge.policy import DEFAULT, STRICT
        from crm_mocks.cli.inputs import load_settings

        self._vendor = vendor
        options = run.options
        self._seed, self._now = options.seed, options.now
        self._policy = STRICT if options.strict else DEFAULT
        self._with_baseline = run.with_baseline
        self._allowed = list(allowed)
        settings = load_settings(options.config, options.assignments, ())
        self._settings = {key: value for key, value in settings.items() if key.startswith(f"{vendor}.")}
        self._opened: list[Pusher] = []

    def to_url(self, url: str, **asked: Any) -> Pusher:
        """Return who pushes to a URL; see `crm_contracts.providers.push.to_url`."""
        from crm_contracts.providers.push import to_url

        return self._open(to_url, url, **asked)

    def to_wsgi(self, application: Any, path: str | None = None, **asked: Any) -> Pusher:
        """Return who pushes to a WSGI application, such as Flask's; see `crm_contracts.providers.push.to_wsgi`."""
        from crm_contracts.providers.push import to_wsgi

        return self._open(to_wsgi, application, path, **asked)

    def to_asgi(self, application: Any, path: str | None = None, **asked: Any) -> Pusher:
        """Return who pushes to an ASGI application, such as Starlette's; see `crm_contracts.providers.push.to_asgi`."""
        from crm_contracts.providers.push import to_asgi

        return self._open(to_asgi, application, path, **asked)

    def _open(self, way: Callable[..., Pusher], *receiver: Any, **asked: Any) -> Pusher:
        settings = {**self._settings, **asked.pop("settings", {})}
        asked = {"seed": self._seed, "now": self._now, "settings": settings, "policy": self._policy, **asked}
        self._opened.append(way(self._vendor, *receiver, **asked))
        return self._opened[-1]

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close all that was opened, at the end of the `with` block."""
        try:
            yield
        finally:
            for pusher in self._opened:
                pusher.close()

    def failures(self) -> Iterator[str]:
        """Yield what receivers got wrong in this test, a text for each receiver that got something wrong."""
        from crm_contracts.judge.report import report
        from crm_contracts.report.formats import render

        for pusher in self._opened:
            verdict = self._settled(pusher.verdict())
            if verdict.exit_code():
                yield render(report(verdict, "push"), "terminal")

    def _settled(self, verdict: Verdict) -> Verdict:
        from crm_contracts.judge.allow import allow

        return self._with_baseline(allow(verdict, self._allowed))


def sending(request: pytest.FixtureRequest, vendor: str) -> Iterator[Senders]:
    """Hand out the CRM as it sends; at the end of the test, receivers must have answered as the contract says."""
    try:
        run = request.config.stash[KEY]
        senders = Senders(vendor, run, allowed_by(request.node, run))
    except CrmMocksError as error:
        pytest.fail(f"crm-mocks: {error}", pytrace=False)
    with senders.closing():
        yield senders
        failures = "\n".join(senders.failures())
    if failures:
        pytest.fail(f"crm-mocks: the receiver broke the contract in {request.node.name}\n\n{failures}", pytrace=False)
