"""The phases of a verification: scenarios, then those of schemathesis."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap, ObservationLog, read
from crm_contracts.providers.verify.options import VerifyOptions
from crm_contracts.providers.verify.progress import ProgressOfLog, ShowProgress
from crm_contracts.providers.verify.provider import Provider, settings_from
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.runner import SchemathesisResult, VerifyScope, run
from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_contracts.providers.verify.scenarios import ScenarioSession, play
from crm_contracts.providers.verify.shard_plan import SchemathesisRun, plan
from crm_contracts.providers.verify.text_parameters import with_text_parameters
from crm_mocks.contract import Contract, Operation
from crm_mocks.vendor.scenario import scenarios_of

_CREATES_NOTHING: Final = "x-creates-nothing"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def safe_operations(contract: Contract) -> list[Operation]:
    """Return the operations that create nothing, by their method or by the contract."""
    return [
        operation
        for operation in contract.operations.values()
        if operation.method in _SAFE_METHODS
        or contract.document["paths"][operation.path][operation.method.lower()].get(_CREATES_NOTHING) is True
    ]


class Phases:
    """Runs the phases of a verification, and logs what is observed.

    Attributes:
        log: file of an `ObservationLog`.
        played: names of the scenarios that could be played.
        case_counts: schemathesis' cases by operation.
        idle: why the shard has nothing to do, in a sentence; else empty.
    """

    def __init__(
        self, options: VerifyOptions, contract: Contract, folder: Path, only: list[Operation] | None, show: ShowProgress
    ) -> None:
        """Prepare the phases.

        Args:
            options: of the verification.
            contract: in force.
            folder: for files, which contain credentials.
            only: operations that may be called; `None` for all.
            show: called with the progress.
        """
        self.log = folder / "log"
        self.played: list[str] = []
        self.case_counts = CaseCounts()
        self.idle = ""
        self._options = options
        self._contract = contract
        self._folder = folder
        self._only = only
        self._show = show
        self._called = list(contract.operations.values()) if only is None else only
        self._progress = ProgressOfLog(self.log, self._called)

    def run(self) -> bool:
        """Run all phases; return false if the user interrupted them. What was observed before is kept."""
        options = self._options
        planned = plan(options.shard, options.phases, self._called, scenarios_of(options.vendor))
        self.idle = planned.idle
        try:
            if planned.scenarios:
                self._play(planned.scenarios)
            for each in planned.runs:
                self._run_schemathesis(each)
        except KeyboardInterrupt:
            with ObservationLog(self.log) as log:
                log.complaint("the verification was interrupted")
            return False
        return True

    def _tick(self) -> None:
        self._show(self._progress.read())

    def _play(self, names: Collection[str]) -> None:
        """Play scenarios of the vendor."""
        options, only = self._options, self._only
        settings = settings_from(options.vendor, options.settings)
        with ObservationLog(self.log) as log:
            transport = GuardedTransport(
                options.url,
                log,
                seconds=options.seconds,
                rate_limit=RateLimit(options.interval),
                only=None if only is None else [(operation.method, operation.path) for operation in only],
                ca_file=options.ca_file,
            )
            samples = GuardedSamples(
                options.vendor, transport.send, options.credentials, settings, log.complaint, options.tag, options.data
            )
            allowed = None if only is None else frozenset(operation.id for operation in only)
            for name, scenario in scenarios_of(options.vendor).items():
                if name not in names:
                    continue
                self._tick()
                session = ScenarioSession(self._contract, settings, samples, transport.deliver, only=allowed)
                result = play(name, scenario, session)
                if result is None or isinstance(result, CheckFailure):
                    self.played.append(name)
                if isinstance(result, CheckFailure):
                    log.failure(result)
                elif result is not None:
                    (log.complaint if result.fails else log.remark)(result.text)

    def _run_schemathesis(self, planned: SchemathesisRun) -> None:
        options, only = self._options, self._only
        contract_file = self._folder / "contract.json"
        contract_file.write_text(json.dumps(with_text_parameters(self._contract.document)), "utf-8")
        provider = Provider(
            options.vendor,
            options.url,
            str(contract_file),
            options.credentials,
            settings=options.settings,
            ca_file=options.ca_file,
            data=options.data,
        )
        called = None if only is None else tuple((each.id, each.method, each.path) for each in only)
        scope = VerifyScope(
            options.examples,
            options.seed,
            ",".join(planned.phases),
            seconds=options.seconds,
            interval=options.interval,
            only=called,
            tag=options.tag,
            tested=planned.operations,
        )
        before = self.case_counts.operations.copy()
        result = run(provider, scope, self.log, self._tick)
        for operation, count in result.case_counts.operations.items():
            self.case_counts.add(operation, count)
        self._log_gaps(result, may_send_nothing=bool(before))

    def _log_gaps(self, result: SchemathesisResult, *, may_send_nothing: bool) -> None:
        """Log operations that never succeeded or that schemathesis could not test.

        Args:
            result: of a run.
            may_send_nothing: an earlier run has sent something.
        """
        observed = list(read(self.log))
        is_explained = any(isinstance(each, CoverageGap) and each.fails for each in observed)
        sent_something = any(isinstance(each, Exchange) for each in observed)
        with ObservationLog(self.log) as log:
            for operation, count in sorted(result.case_counts.operations.items()):
                if count.valid and count.valid == count.unknown:
                    log.remark(
                        f"{operation}: a success, since no record is known to exist: all {count.valid} valid requests "
                        "got 404"
                    )
                elif count.valid and not count.successes:
                    requests = "the only valid request" if count.valid == 1 else f"all {count.valid} valid requests"
                    log.complaint(f"{operation}: {requests} failed; are the credentials right?")
            if result.errors and not is_explained:
                for error in result.errors:
                    log.complaint(f"schemathesis could not test completely: {error}")
            elif sent_something and not may_send_nothing and not result.case_counts.operations and not is_explained:
                log.complaint("schemathesis sent nothing")
