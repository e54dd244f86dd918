"""Verifying a provider: scenarios, then schemathesis, and the examination of all that was exchanged."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crm_contracts.examination.examination import Examination
from crm_contracts.verify import reach
from crm_contracts.verify.examining import Examining
from crm_contracts.verify.figures import Figures
from crm_contracts.verify.observations import Complaint, Failure, Notes, read
from crm_contracts.verify.pace import Pace
from crm_contracts.verify.plausible import Careful
from crm_contracts.verify.provider import Provider, contract_of, settings_from
from crm_contracts.verify.runner import PHASES, Extent, Result, check_installed, run
from crm_contracts.verify.scenarios import Dialogue, play, scenarios_of
from crm_contracts.verify.wire import Wire
from crm_mocks.contract import Contract, Operation

SCENARIOS: Final = "scenarios"
ALL_PHASES: Final = (SCENARIOS, *PHASES)

_CREATES_NOTHING: Final = "x-creates-nothing"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asked:
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


@dataclass(frozen=True)
class Verified:
    """What came of it.

    Attributes:
        examination: of all exchanges.
        figures: schemathesis' cases by operation.
        played: names of the scenarios that were played.
        remarks: sentences on what was not tried, for people.
    """

    examination: Examination
    figures: Figures
    played: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(asked: Asked) -> Verified:
    """Verify a provider.

    Raises:
        UsageError: schemathesis is not installed, the provider cannot be reached, or a setting is wrong.
    """
    check_installed()
    contract = contract_of(asked.vendor, asked.settings)
    reach.check(asked.url, asked.seconds, asked.ca_file)
    only = list(_safe(contract)) if asked.safe else None
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        played, figures = _carried_out(asked, contract, folder, only)
        title = f"{contract.title}, verified"
        examining = Examining(asked.vendor, asked.url, asked.settings, asked.credentials, title)
        examining.take(read(folder / "notes"))
        return Verified(examining.examination(), figures, played, tuple(examining.remarks))


def _carried_out(
    asked: Asked, contract: Contract, folder: Path, only: list[Operation] | None
) -> tuple[tuple[str, ...], Figures]:
    """Play scenarios and run schemathesis; what was seen until an interruption counts."""
    played: tuple[str, ...] = ()
    figures = Figures()
    try:
        if SCENARIOS in asked.phases:
            played = _play(asked, contract, folder / "notes", only)
        figures = _run(asked, contract, folder, only)
    except KeyboardInterrupt:
        with Notes(folder / "notes") as notes:
            notes.complaint("it was interrupted")
    return played, figures


def _safe(contract: Contract) -> Iterable[Operation]:
    """Yield the operations that create nothing: by their method, or because the contract says so."""
    for operation in contract.operations.values():
        node = contract.document["paths"][operation.path][operation.method.lower()]
        if operation.method in _SAFE_METHODS or node.get(_CREATES_NOTHING) is True:
            yield operation


def _play(asked: Asked, contract: Contract, path: Path, only: list[Operation] | None) -> tuple[str, ...]:
    """Play the vendor's scenarios; return the names of those that were."""
    settings = settings_from(asked.vendor, asked.settings)
    played = []
    with Notes(path) as notes:
        wire = Wire(
            asked.url,
            notes,
            seconds=asked.seconds,
            pace=Pace(asked.interval),
            only=None if only is None else [(each.method, each.path) for each in only],
            ca_file=asked.ca_file,
        )
        plausible = Careful(asked.vendor, wire.send, asked.credentials, settings, notes.complaint, asked.tag)
        allowed = None if only is None else frozenset(each.id for each in only)
        for name, scenario in scenarios_of(asked.vendor).items():
            told = play(name, scenario, Dialogue(contract, settings, plausible, wire.deliver, only=allowed))
            if told is None or isinstance(told, Failure):
                played.append(name)
            if isinstance(told, Failure):
                notes.failure(told)
            elif told is not None:
                (notes.complaint if told.fails else notes.remark)(told.text)
    return tuple(played)


def _run(asked: Asked, contract: Contract, folder: Path, only: list[Operation] | None) -> Figures:
    """Run schemathesis, unless none of its phases is wanted, or nothing may be called."""
    phases = [phase for phase in PHASES if phase in asked.phases]
    if not phases or only == []:
        return Figures()
    (folder / "contract.json").write_text(json.dumps(contract.document), "utf-8")
    provider = Provider(
        asked.vendor,
        asked.url,
        str(folder / "contract.json"),
        asked.credentials,
        settings=asked.settings,
        ca_file=asked.ca_file,
    )
    extent = Extent(
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


def _complain(path: Path, result: Result) -> None:
    """Note what schemathesis has not tried, and of what nothing came."""
    known = any(isinstance(each, Complaint) and each.fails for each in read(path))
    with Notes(path) as notes:
        for operation, tally in sorted(result.figures.operations.items()):
            if tally.valid and not tally.successes:
                good = "its good request" if tally.valid == 1 else f"any of its {tally.valid} good requests"
                notes.complaint(f"{operation}: the provider did not carry out {good}; are the credentials right?")
        if result.errors and not known:
            notes.complaint(f"schemathesis could not try {result.errors} operations to the end")
        elif not result.figures.operations and not known:
            notes.complaint("schemathesis sent nothing")
