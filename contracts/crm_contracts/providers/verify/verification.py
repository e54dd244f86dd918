"""Verifying a provider: scenarios, then schemathesis, and the examination of all that was exchanged."""

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
from crm_contracts.providers.verify.observations import CheckFailure, Incompleteness, ObservationLog, read
from crm_contracts.providers.verify.provider import Provider, contract_of, settings_from
from crm_contracts.providers.verify.rate_limit import RateLimit
from crm_contracts.providers.verify.runner import PHASES, SchemathesisResult, VerifyScope, check_installed, run
from crm_contracts.providers.verify.sample_requests import GuardedSamples
from crm_contracts.providers.verify.scenarios import Dialogue, play
from crm_mocks.contract import Contract, Operation
from crm_mocks.vendor.scenario import scenarios_of

SCENARIOS: Final = "scenarios"
ALL_PHASES: Final = (SCENARIOS, *PHASES)

_CREATES_NOTHING: Final = "x-creates-nothing"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class VerifyOptions:
    """What is to be verified, and how.

    Attributes:
        vendor: whose contract the provider is held to.
        url: of the provider; the contract's paths are put behind it.
        credentials: by the names that the vendor's credentials have.
        settings: changes of the vendor's settings, by name, which say what the provider is like.
        examples: most generated cases per operation and phase.
        seed: of the cases.
        phases: of `ALL_PHASES`.
        seconds: that an answer may take.
        interval: seconds between the beginnings of two requests.
        safe: send only what creates nothing.
        tag: text by which what is created can be found; empty for none.
        ca_file: authorities to trust in place of the usual ones.
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
    """What came of it.

    Attributes:
        verdict: on all exchanges.
        figures: schemathesis' cases by operation.
        played: names of the scenarios that were played.
        remarks: sentences on what was not tried, for people.
    """

    verdict: Verdict
    figures: CaseCounts
    played: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(asked: VerifyOptions) -> VerifyResult:
    """Verify a provider.

    Raises:
        UsageError: schemathesis is not installed, the provider cannot be reached, or a setting is wrong.
    """
    check_installed()
    contract = contract_of(asked.vendor, asked.settings)
    reachability.check(asked.url, asked.seconds, asked.ca_file)
    only = list(_safe(contract)) if asked.safe else None
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        played, figures = _carried_out(asked, contract, folder, only)
        title = f"{contract.title}, verified"
        judge = ObservationJudge(asked.vendor, asked.url, asked.settings, asked.credentials, title, asked.policy)
        judge.take(read(folder / "notes"))
        return VerifyResult(judge.verdict(), figures, played, tuple(judge.remarks))


def _carried_out(
    asked: VerifyOptions, contract: Contract, folder: Path, only: list[Operation] | None
) -> tuple[tuple[str, ...], CaseCounts]:
    """Play scenarios and run schemathesis; what was seen until an interruption counts."""
    played: tuple[str, ...] = ()
    figures = CaseCounts()
    try:
        if SCENARIOS in asked.phases:
            played = _play(asked, contract, folder / "notes", only)
        figures = _run(asked, contract, folder, only)
    except KeyboardInterrupt:
        with ObservationLog(folder / "notes") as notes:
            notes.complaint("it was interrupted")
    return played, figures


def _safe(contract: Contract) -> Iterable[Operation]:
    """Yield the operations that create nothing: by their method, or because the contract says so."""
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        if operation.method in _SAFE_METHODS or node.get(_CREATES_NOTHING) is True:
            yield operation


def _play(asked: VerifyOptions, contract: Contract, path: Path, only: list[Operation] | None) -> tuple[str, ...]:
    """Play the vendor's scenarios; return the names of those that were."""
    settings = settings_from(asked.vendor, asked.settings)
    played = []
    with ObservationLog(path) as notes:
        wire = GuardedTransport(
            asked.url,
            notes,
            seconds=asked.seconds,
            pace=RateLimit(asked.interval),
            only=None if only is None else [(each.method, each.path) for each in only],
            ca_file=asked.ca_file,
        )
        plausible = GuardedSamples(asked.vendor, wire.send, asked.credentials, settings, notes.complaint, asked.tag)
        allowed = None if only is None else frozenset(each.id for each in only)
        for name, scenario in scenarios_of(asked.vendor).items():
            told = play(name, scenario, Dialogue(contract, settings, plausible, wire.deliver, only=allowed))
            if told is None or isinstance(told, CheckFailure):
                played.append(name)
            if isinstance(told, CheckFailure):
                notes.failure(told)
            elif told is not None:
                (notes.complaint if told.fails else notes.remark)(told.text)
    return tuple(played)


def _run(asked: VerifyOptions, contract: Contract, folder: Path, only: list[Operation] | None) -> CaseCounts:
    """Run schemathesis, unless none of its phases is wanted, or nothing may be called."""
    phases = [phase for phase in PHASES if phase in asked.phases]
    if not phases or only == []:
        return CaseCounts()
    (folder / "contract.json").write_text(json.dumps(contract.document), "utf-8")
    provider = Provider(
        asked.vendor,
        asked.url,
        str(folder / "contract.json"),
        asked.credentials,
        settings=asked.settings,
        ca_file=asked.ca_file,
    )
    extent = VerifyScope(
        asked.examples,
        asked.seed,
        ",".join(phases),
        seconds=asked.seconds,
        interval=asked.interval,
        only=None if only is None else tuple((each.id, each.method, each.path) for each in only),
        tag=asked.tag,
    )
    result = run(provider, extent, folder / "notes")
    _complain(folder / "notes", result)
    return result.figures


def _complain(path: Path, result: SchemathesisResult) -> None:
    """Note what schemathesis has not tried, and of what nothing came."""
    known = any(isinstance(each, Incompleteness) and each.fails for each in read(path))
    with ObservationLog(path) as notes:
        for operation, tally in sorted(result.figures.operations.items()):
            if tally.valid and not tally.successes:
                good = "its good request" if tally.valid == 1 else f"any of its {tally.valid} good requests"
                notes.complaint(f"{operation}: the provider did not carry out {good}; are the credentials right?")
        if result.errors and not known:
            notes.complaint(f"schemathesis could not try {result.errors} operations to the end")
        elif not result.figures.operations and not known:
            notes.complaint("schemathesis sent nothing")
