"""The engine of sweep and fuzz: serve mocks, run a client program once as a baseline, then once for each case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from crm_contracts.clients.case_findings import CaseFindings
from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.expect_option import read_expectations
from crm_contracts.clients.harness import ClientHarness
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.persistent import PersistentProgram
from crm_contracts.clients.programs import ClientProgram, OneShotProgram
from crm_contracts.clients.reactions import Reaction
from crm_contracts.clients.workers import WorkerPool, stopped_on_exit
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.shard import WHOLE, Shard
from crm_mocks import serve
from crm_mocks.watchdog import watchdog


@dataclass(frozen=True)
class CampaignOptions:
    """Options that sweep and fuzz share.

    Attributes:
        command: program and arguments.
        serving: keywords of `crm_mocks.serve`.
        vendors: vendors whose operations get cases; all if empty.
        operations: operations that get cases; all that the client calls if empty.
        jobs: number of workers.
        seconds: time limit of a run.
        ready_line: line by which a persistent program reports that it is ready; empty for one process per run.
        trust: make common HTTP libraries trust the generated certificate authority.
        expect: expected exit codes, each as `[<operation>:]<what>=<exit codes>`.
        allow_duplicates, ignore_retry_after, most_requests: see `PassCriteria`.
        allow: names of the allow-list.
        known: entries of the baseline.
        policy: whether cases that rest on positions count.
        shard: part of the cases to run.
    """

    command: tuple[str, ...]
    serving: Mapping[str, Any] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    jobs: int = 1
    seconds: float = 60.0
    ready_line: str = ""
    trust: bool = False
    expect: tuple[str, ...] = ()
    allow_duplicates: bool = False
    ignore_retry_after: bool = False
    most_requests: int | None = None
    allow: tuple[str, ...] = ()
    known: tuple[BaselineEntry, ...] = ()
    policy: Policy = DEFAULT
    shard: Shard = WHOLE

    def criteria(self, harness: ClientHarness, kinds: Collection[str] = ()) -> PassCriteria:
        """Return the pass criteria.

        Args:
            harness: knows the operations and their outcomes.
            kinds: further names that `--expect` takes.

        Raises:
            UsageError: an expectation is malformed or names something unknown.
        """
        outcomes = {key: operation.outcomes for key, operation in harness.operations.items()}
        return PassCriteria(
            expect=read_expectations(self.expect, outcomes, kinds),
            allow_duplicates=self.allow_duplicates,
            ignore_retry_after=self.ignore_retry_after,
            most_requests=self.most_requests,
            seconds=self.seconds,
        )

    def findings(self, harness: ClientHarness) -> CaseFindings:
        """Return what makes findings of failed cases.

        Raises:
            UsageError: a name of the allow-list is malformed or can never allow anything.
        """
        return CaseFindings(harness.mocks.mock_app.contracts, self.policy, self.allow, self.known)

    def selected(self, baseline: BaselineRun) -> list[str]:
        """Return the operations called in the baseline run that get cases."""
        return [
            key
            for key in baseline.requests
            if (not self.vendors or key.partition(".")[0] in self.vendors)
            and (not self.operations or key in self.operations)
        ]


@dataclass(frozen=True)
class SettledFindings:
    """Findings of a campaign, with the allow-list and the baseline applied.

    Attributes:
        verdict: all findings.
        reactions: rules that the client's requests broke.
    """

    verdict: Verdict
    reactions: tuple[Reaction, ...]


AnyOptions = TypeVar("AnyOptions", bound=CampaignOptions)


@dataclass(frozen=True)
class Campaign(Generic[AnyOptions]):
    """A campaign in progress.

    Attributes:
        options: its options.
        harness: serves and observes the mocks.
        workers: run the client program.
        criteria: pass criteria.
        findings: settles which failures count.
    """

    options: AnyOptions
    harness: ClientHarness
    workers: WorkerPool
    criteria: PassCriteria
    findings: CaseFindings

    def settled(self, reactions: Sequence[Reaction], findings: Sequence[Finding] = ()) -> SettledFindings:
        """Return failed cases and reactions with the allow-list and the baseline applied.

        Args:
            reactions: rules that the client's requests broke.
            findings: findings of failed cases.
        """
        verdict = self.findings.verdict([*findings, *(each.finding for each in reactions)])
        counted = verdict.findings[len(findings) :]
        pairs = zip(reactions, counted, strict=True)
        return SettledFindings(verdict, tuple(replace(each, finding=finding) for each, finding in pairs))

    def baseline_run(self) -> tuple[BaselineRun, str]:
        """Make the baseline run; return it, and why no case can be run after it or an empty text."""
        options = self.options
        with self.harness.uncounted(unless=options.shard.number == 1):  # each shard makes it
            baseline = self.workers.baseline_run()
        complaint = self.harness.complaint(baseline, self.workers.first.name, options.seconds)
        if not complaint and not options.selected(baseline):
            named = ", ".join(options.operations or options.vendors)
            complaint = f"the client calls nothing of {named} in its baseline run, only {', '.join(baseline.requests)}"
        return baseline, complaint


@contextmanager
def campaign(options: AnyOptions, name: str, kinds: Collection[str] = ()) -> Iterator[Campaign[AnyOptions]]:
    """Serve mocks, open workers, and stop their programs in the end. Call this in the main thread.

    Args:
        options: options of the campaign.
        name: prefix of the names of its sessions.
        kinds: further names that `--expect` takes.

    Raises:
        UsageError: the mocks cannot be served, or an option is wrong.
    """
    with watchdog(kills_leftovers=True) as folder, serve(**options.serving) as mocks:
        harness = ClientHarness(mocks, folder, trust=options.trust, allowed=options.allow)
        harness.check_names(options.vendors, options.operations)
        criteria, findings = options.criteria(harness, kinds), options.findings(harness)
        with WorkerPool(harness, name, programs_of(options)) as workers, stopped_on_exit(workers):
            yield Campaign(options, harness, workers, criteria, findings)


def programs_of(options: CampaignOptions) -> Sequence[ClientProgram]:
    """Return a program for each worker; one that is started for each run serves them all."""
    if options.ready_line:
        return [PersistentProgram(options.command, options.seconds, options.ready_line) for _ in range(options.jobs)]
    return [OneShotProgram(options.command, options.seconds)] * options.jobs
