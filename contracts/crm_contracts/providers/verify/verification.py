"""Verifying a provider: scenarios, then schemathesis, and the verdict on all exchanges."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.verify import reachability
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import CheckFailure, CoverageGap, ObservationLog, read
from crm_contracts.providers.verify.provider import Provider, contract_of, settings_from
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.runner import PHASES, SchemathesisResult, VerifyScope, check_installed, run
from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_contracts.providers.verify.scenarios import ScenarioSession, play
from crm_mocks.contract import Contract, Operation
from crm_mocks.vendor.scenario import scenarios_of

SCENARIOS: Final = "scenarios"
ALL_PHASES: Final = (SCENARIOS, *PHASES)

_LOG: Final = "log"
_CREATES_NOTHING: Final = "x-creates-nothing"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class VerifyOptions:
    """Options of a verification.

    Attributes:
        vendor: vendor whose contract the provider is held to.
        url: of the provider; the contract's paths are appended to it.
        credentials: by the names in `Vendor.credentials`.
        settings: changed settings of the vendor, by name, which describe the provider.
        examples: maximum number of generated cases per operation and phase.
        seed: of the cases.
        phases: some of `ALL_PHASES`.
        seconds: time limit for a complete response.
        interval: seconds between the starts of two requests.
        safe: send only requests that create nothing.
        tag: text that marks created records; empty for none.
        ca_file: certificate authorities to trust instead of the default ones.
        policy: what the provider is held to.
    """

    vendor: str
    url: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: int = 100
    seed: int = 1
    phases: tuple[str, ...] = ALL_PHASES
    seconds: float = 30.0
    interval: float = 0.0
    safe: bool = False
    tag: str = ""
    ca_file: Path | None = None
    policy: Policy = DEFAULT


@dataclass(frozen=True)
class VerifyResult:
    """Result of a verification.

    Attributes:
        verdict: on all exchanges.
        case_counts: schemathesis' cases by operation.
        played: names of the scenarios that were played.
        remarks: sentences on what was not tested.
    """

    verdict: Verdict
    case_counts: CaseCounts
    played: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(options: VerifyOptions) -> VerifyResult:
    """Verify a provider.

    Raises:
        UsageError: schemathesis is not installed, the provider cannot be reached, or a setting is invalid.
    """
    check_installed()
    contract = contract_of(options.vendor, options.settings)
    reachability.check(options.url, options.seconds, options.ca_file)
    only = list(_safe_operations(contract)) if options.safe else None
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        played, case_counts = _run_phases(options, contract, folder, only)
        title = f"{contract.title}, verified"
        judge = ObservationJudge(
            options.vendor, options.url, options.settings, options.credentials, title, options.policy
        )
        judge.add(read(folder / _LOG))
        return VerifyResult(judge.verdict(), case_counts, played, tuple(judge.remarks))


def _run_phases(
    options: VerifyOptions, contract: Contract, folder: Path, only: list[Operation] | None
) -> tuple[tuple[str, ...], CaseCounts]:
    """Play scenarios and run schemathesis; keep what was observed before an interruption."""
    played: tuple[str, ...] = ()
    case_counts = CaseCounts()
    try:
        if SCENARIOS in options.phases:
            played = _play(options, contract, folder / _LOG, only)
        case_counts = _run(options, contract, folder, only)
    except KeyboardInterrupt:
        with ObservationLog(folder / _LOG) as log:
            log.complaint("the verification was interrupted")
    return played, case_counts


def _safe_operations(contract: Contract) -> Iterable[Operation]:
    """Yield the operations that create nothing, by their method or by the contract."""
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        if operation.method in _SAFE_METHODS or node.get(_CREATES_NOTHING) is True:
            yield operation


def _play(options: VerifyOptions, contract: Contract, path: Path, only: list[Operation] | None) -> tuple[str, ...]:
    """Play the vendor's scenarios; return the names of those that could be played."""
    settings = settings_from(options.vendor, options.settings)
    played = []
    with ObservationLog(path) as log:
        transport = GuardedTransport(
            options.url,
            log,
            seconds=options.seconds,
            rate_limit=RateLimit(options.interval),
            only=None if only is None else [(operation.method, operation.path) for operation in only],
            ca_file=options.ca_file,
        )
        samples = GuardedSamples(
            options.vendor, transport.send, options.credentials, settings, log.complaint, options.tag
        )
        allowed = None if only is None else frozenset(operation.id for operation in only)
        for name, scenario in scenarios_of(options.vendor).items():
            session = ScenarioSession(contract, settings, samples, transport.deliver, only=allowed)
            result = play(name, scenario, session)
            if result is None or isinstance(result, CheckFailure):
                played.append(name)
            if isinstance(result, CheckFailure):
                log.failure(result)
            elif result is not None:
                (log.complaint if result.fails else log.remark)(result.text)
    return tuple(played)


def _run(options: VerifyOptions, contract: Contract, folder: Path, only: list[Operation] | None) -> CaseCounts:
    """Run schemathesis, unless none of its phases is selected, or no operation may be called."""
    phases = [phase for phase in PHASES if phase in options.phases]
    if not phases or only == []:
        return CaseCounts()
    (folder / "contract.json").write_text(json.dumps(contract.document), "utf-8")
    provider = Provider(
        options.vendor,
        options.url,
        str(folder / "contract.json"),
        options.credentials,
        settings=options.settings,
        ca_file=options.ca_file,
    )
    scope = VerifyScope(
        options.examples,
        options.seed,
        ",".join(phases),
        seconds=options.seconds,
        interval=options.interval,
        only=None if only is None else tuple((operation.id, operation.method, operation.path) for operation in only),
        tag=options.tag,
    )
    result = run(provider, scope, folder / _LOG)
    _log_gaps(folder / _LOG, result)
    return result.case_counts


def _log_gaps(path: Path, result: SchemathesisResult) -> None:
    """Log operations that never succeeded or that schemathesis could not test."""
    is_explained = any(isinstance(observation, CoverageGap) and observation.fails for observation in read(path))
    with ObservationLog(path) as log:
        for operation, count in sorted(result.case_counts.operations.items()):
            if count.valid and not count.successes:
                requests = "the only valid request" if count.valid == 1 else f"all {count.valid} valid requests"
                log.complaint(f"{operation}: {requests} failed; are the credentials right?")
        if result.errors and not is_explained:
            log.complaint(f"schemathesis could not test {result.errors} operations completely")
        elif not result.case_counts.operations and not is_explained:
            log.complaint("schemathesis sent nothing")
