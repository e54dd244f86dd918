"""Test harness for client programs: mocks, a session with a port for each worker, and an observer of all requests."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from crm_contracts.clients.campaign_traffic import CampaignTraffic
from crm_contracts.clients.crashes import crashed
from crm_contracts.clients.environment import environment, write_session_ready_file
from crm_contracts.clients.model import BaselineRun, Case, RunResult
from crm_contracts.clients.observer import ObservedRequest, RequestObserver
from crm_contracts.clients.programs import ProcessResult
from crm_contracts.clients.reactions import BASELINE, Reaction, reactions_in
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.text import plural
from crm_mocks import Mocks
from crm_mocks.asgi.response_definition import parse_queued_response
from crm_mocks.contract import Operation
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.state.session_registry import DEFAULT_SESSION


class ClientHarness:
    """Mocks in which client programs are run and observed.

    Attributes:
        mocks: the mocks that are served.
        observer: observes all requests.
        operations: all operations, by key.
    """

    def __init__(self, mocks: Mocks, folder: Path, *, trust: bool = False, allowed: Collection[str] = ()) -> None:
        """Start to observe.

        Args:
            mocks: the mocks that are served.
            folder: for ready-files.
            trust: make common HTTP libraries trust the generated certificate authority.
            allowed: names of mistakes that clients may make.
        """
        self.mocks = mocks
        self.observer = RequestObserver(mocks.mock_app)
        self.operations: dict[str, Operation] = {
            operation.key: operation
            for contract in mocks.mock_app.contracts.values()
            for operation in contract.operations.values()
        }
        self._verdicts = CampaignTraffic(mocks.mock_app, allowed)
        self._sessions: set[str] = set()
        self._folder = folder
        self._trust = trust
        self._counts = True

    def check_names(self, vendors: Sequence[str], operations: Sequence[str]) -> None:
        """Raise UsageError if a vendor or an operation is unknown, or if they contradict one another."""
        unknown = [name for name in vendors if name not in self.mocks.vendors]
        if unknown:
            hint = did_you_mean(unknown[0], self.mocks.vendors)
            raise UsageError(f"unknown vendor '{unknown[0]}'{hint}: served are {', '.join(self.mocks.vendors)}")
        unknown = [name for name in operations if name not in self.operations]
        if unknown:
            hint = did_you_mean(unknown[0], self.operations)
            raise UsageError(f"unknown operation '{unknown[0]}'{hint}: there are {', '.join(self.operations)}")
        others = [name for name in operations if vendors and name.partition(".")[0] not in vendors]
        if others:
            raise UsageError(f"--operation {others[0]} is none of --vendor {' or '.join(vendors)}")

    def environment(self, session: str) -> dict[str, str]:
        """Give a session a port of its own; return the environment by which a client finds it."""
        url = self.mocks.session_url(session)
        self._sessions.add(session)
        ready_file = self._folder / f"{session}.json"
        write_session_ready_file(ready_file, self.mocks, url)
        return environment(os.environ, self.mocks, url, ready_file, trust=self._trust)

    def check_case(self, case: Case, session: str) -> None:
        """Raise UsageError if the mocks cannot serve a case in a session."""

        async def parse() -> None:
            mock_app = self.mocks.mock_app
            parse_queued_response(case.as_queued(), mock_app, mock_app.sessions.get(session))

        self.mocks.run(parse())

    def prepare(self, session: str, case: Case | None) -> None:
        """Reset a session and queue a case, if any."""
        self.mocks.run(self._prepare(session, case))

    async def _prepare(self, session: str, case: Case | None) -> None:
        mock_app = self.mocks.mock_app
        mock_app.sessions.reset(session)
        self.observer.forget(session)
        if case is not None:
            opened = mock_app.sessions.get(session)
            opened.enqueue(parse_queued_response(case.as_queued(), mock_app, opened))

    def run_result(self, session: str, case: Case, process: ProcessResult, baseline: BaselineRun) -> RunResult:
        """Return what a client did in a session since it was prepared.

        Args:
            session: name of the session.
            case: case of the run.
            process: how the client ended.
            baseline: the baseline run.
        """
        requests, reactions, counts = self.mocks.run(self._observed(session, str(case)))
        to_operation = [each for each in requests if each.operation == case.operation]
        refusals = list(_final_refusals(requests, baseline))
        return RunResult(
            code=process.exit.code,
            signal=process.exit.signal,
            stopped=process.exit.stopped,
            seconds=process.seconds,
            requests=len(to_operation),
            delivered=sum(each.from_queue for each in to_operation),
            repeated=_repeated(to_operation),
            gaps=tuple(after.at - before.at for before, after in pairwise(to_operation)),
            retry_after=max((each.retry_after for each in to_operation), default=0),
            early_retry=any(each.early_retry for each in to_operation),
            extra_records=baseline.extra_records(counts),
            refusals=tuple(each.status for each in refusals),
            refused_given=tuple(each.status for each in refusals if each.uses_given),
            reactions=reactions,
            output=process.output,
            crash=crashed(process.exit.code, process.printed.decode("utf-8", "replace")),
        )

    async def _observed(
        self, session: str, source: str
    ) -> tuple[list[ObservedRequest], tuple[Reaction, ...], dict[str, int]]:
        requests = self.observer.requests(session)
        reactions = reactions_in(self._verdicts.add(session, source, counted=self._counts), requests, source)
        vendors = {each.operation.partition(".")[0] for each in requests if each.operation}
        return requests, reactions, await self.observer.record_counts(session, vendors)

    def baseline_run(self, session: str, run: Callable[[], ProcessResult]) -> BaselineRun:
        """Run a client in a fresh session, and find out which operations it calls and which of them store.

        Args:
            session: name of the session.
            run: runs the client.
        """
        self.mocks.run(self.observer.compare_records(session))
        process = run()
        storing = self.mocks.run(self.observer.storing_operations())
        _, reactions, _ = self.mocks.run(self._observed(session, BASELINE))
        requests = [each for each in self.observer.requests(session) if each.operation]
        outcomes: dict[str, list[str]] = defaultdict(list)
        refused: dict[str, list[str]] = defaultdict(list)
        as_documented: dict[str, list[str]] = defaultdict(list)
        for each in requests:
            (refused if each.refused else outcomes)[each.operation].append(each.outcome)
            if each.as_documented:
                as_documented[each.operation].append(each.outcome)
        return BaselineRun(
            code=process.exit.code,
            signal=process.exit.signal,
            stopped=process.exit.stopped,
            seconds=process.seconds,
            output=process.output,
            requests=dict(Counter(each.operation for each in requests)),
            outcomes={operation: tuple(dict.fromkeys(names)) for operation, names in outcomes.items()},
            refused={operation: tuple(names) for operation, names in refused.items()},
            as_documented={operation: tuple(dict.fromkeys(names)) for operation, names in as_documented.items()},
            storing=storing,
            records=self.mocks.run(self.observer.record_counts(session)),
            reactions=reactions,
        )

    @contextmanager
    def uncounted(self, *, unless: bool = False) -> Iterator[None]:
        """Leave the requests of runs in the block out of `verdict`, since another shard counts them.

        Args:
            unless: count them all the same.
        """
        self._counts = unless
        try:
            yield
        finally:
            self._counts = True

    def verdict(self) -> Verdict:
        """Return the verdict on the requests of all runs, including those outside of the workers' sessions."""

        async def total() -> Verdict:
            for session in self.mocks.mock_app.sessions:
                if session.name not in self._sessions:
                    self._verdicts.add(session.name, session.name)
            return self._verdicts.total()

        return self.mocks.run(total())

    def complaint(self, baseline: BaselineRun, session: str, seconds: float) -> str:
        """Return why nothing can be learned from a baseline run, or an empty text.

        Args:
            baseline: the baseline run.
            session: session that the client should have used.
            seconds: its time limit.
        """
        if baseline.stopped:
            return f"the baseline run was still going after {seconds:g} s, the limit of --timeout"
        must = "the client must succeed with the mock's own responses"
        if baseline.signal:
            return f"the baseline run was ended by {baseline.signal}: {must}"
        if baseline.code:
            return f"the baseline run failed with exit code {baseline.code}: {must}"
        if not baseline.requests:
            return f"the client called no operation of the mocks in its baseline run{self._misdirected(session)}"
        return ""

    def _misdirected(self, own: str) -> str:
        """Return where requests went instead of to an operation of the client's own session."""
        counts = self.observer.counts_by_session()
        if own in counts:
            requests = [each.request for each in self.observer.requests(own)]
            return f", but sent {plural(len(requests), 'request')} that fits none, such as {requests[0]}"
        if DEFAULT_SESSION in counts:
            sent = plural(counts[DEFAULT_SESSION], "request")
            return f", but sent {sent} to {self.mocks.url}: have it use CRM_MOCKS_URL"
        for session, count in counts.items():
            return (
                f", but sent {plural(count, 'request')} in a session that it named itself, '{session}': each run needs "
                "the session of CRM_MOCKS_URL, without a prefix or X-Mock-Session"
            )
        return ": it finds them at CRM_MOCKS_URL"


def _repeated(requests: Sequence[ObservedRequest]) -> bool:
    """Return whether a request with a queued response was sent again, and received another one."""
    queued = {each.content for each in requests if each.from_queue}
    return any(not each.from_queue and each.content in queued for each in requests)


def _final_refusals(requests: Sequence[ObservedRequest], baseline: BaselineRun) -> Iterator[ObservedRequest]:
    """Yield requests that the mock itself refused, beyond those of the baseline run and those that succeeded later."""
    usual = Counter((operation, name) for operation, names in baseline.refused.items() for name in names)
    last_success = {each.operation: at for at, each in enumerate(requests) if not (each.refused or each.fault)}
    for at, each in enumerate(requests):
        if each.from_queue or not each.refused or at < last_success.get(each.operation, -1):
            continue
        if usual[each.operation, each.outcome]:
            usual[each.operation, each.outcome] -= 1
        else:
            yield each
