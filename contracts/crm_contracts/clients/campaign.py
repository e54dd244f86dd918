"""The engine of sweep and fuzz: serve mocks, run a client program once as a baseline, then once for each case."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.expectations import read_expectations
from crm_contracts.clients.harness import ClientHarness
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.persistent import PersistentProgram
from crm_contracts.clients.programs import ClientProgram, OneShotProgram
from crm_contracts.clients.workers import WorkerPool, stopped_on_exit
from crm_mocks import serve


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
        allow_duplicates, heed_retry_after, most_requests: see `PassCriteria`.
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
    heed_retry_after: bool = False
    most_requests: int | None = None

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
            heed_retry_after=self.heed_retry_after,
            most_requests=self.most_requests,
            seconds=self.seconds,
        )

    def selected(self, baseline: BaselineRun) -> list[str]:
        """Return the operations called in the baseline run that get cases."""
        return [
            key
            for key in baseline.requests
            if (not self.vendors or key.partition(".")[0] in self.vendors)
            and (not self.operations or key in self.operations)
        ]


@contextmanager
def serving(options: CampaignOptions, name: str) -> Iterator[ClientHarness]:
    """Serve mocks for a campaign and check the names of vendors and operations.

    Args:
        options: options of the campaign.
        name: prefix of its folder's name.

    Raises:
        UsageError: the mocks cannot be served, or a name is unknown.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # malformed requests are the client's failures
    with serve(**options.serving) as mocks, tempfile.TemporaryDirectory(prefix=f"crm-mocks-{name}-") as folder:
        harness = ClientHarness(mocks, Path(folder), trust=options.trust)
        harness.check_names(options.vendors, options.operations)
        yield harness


@contextmanager
def workers(options: CampaignOptions, harness: ClientHarness, name: str) -> Iterator[WorkerPool]:
    """Open the workers of a campaign, and stop their programs in the end. Call this in the main thread.

    Args:
        options: options of the campaign.
        harness: serves the mocks.
        name: prefix of the sessions' names.
    """
    with WorkerPool(harness, name, programs_of(options)) as pool, stopped_on_exit(pool):
        yield pool


def programs_of(options: CampaignOptions) -> Sequence[ClientProgram]:
    """Return a program for each worker; one that is started for each run serves them all."""
    if options.ready_line:
        return [PersistentProgram(options.command, options.seconds, options.ready_line) for _ in range(options.jobs)]
    return [OneShotProgram(options.command, options.seconds)] * options.jobs


def baseline_run(options: CampaignOptions, harness: ClientHarness, pool: WorkerPool) -> tuple[BaselineRun, str]:
    """Make the baseline run; return it, and why no case can be run after it or an empty text.

    Args:
        options: options of the campaign.
        harness: serves the mocks.
        pool: its workers.
    """
    baseline = pool.baseline_run()
    complaint = harness.complaint(baseline, pool.first.name, options.seconds)
    if not complaint and not options.selected(baseline):
        named = ", ".join(options.operations or options.vendors)
        complaint = f"the client calls nothing of {named} in its baseline run, only {', '.join(baseline.requests)}"
    return baseline, complaint
