"""Verifying a provider: scenarios, then schemathesis, and the verdict on all exchanges."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.tls import authorities_file
from crm_contracts.providers.verify import reachability
from crm_contracts.providers.verify.address import without_server_path
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.observation_judge import ObservationJudge
from crm_contracts.providers.verify.observations import read
from crm_contracts.providers.verify.options import VerifyOptions
from crm_contracts.providers.verify.phases import Phases, safe_operations
from crm_contracts.providers.verify.progress import ShowProgress
from crm_contracts.providers.verify.provider import contract_of, settings_from
from crm_contracts.providers.verify.runner import check_installed
from crm_contracts.providers.verify.sample_requests import load
from crm_mocks.contract import Contract
from crm_mocks.watchdog import watchdog


@dataclass(frozen=True)
class VerifyResult:
    """Result of a verification.

    Attributes:
        verdict: on all exchanges.
        case_counts: schemathesis' cases by operation.
        played: names of the scenarios that were played.
        contract: that the provider was held to.
        interrupted: not everything was sent, since the user stopped it.
        idle: why the shard has nothing to do, in a sentence; else empty.
    """

    verdict: Verdict
    case_counts: CaseCounts
    contract: Contract
    played: tuple[str, ...] = ()
    interrupted: bool = False
    idle: str = ""


def verify(options: VerifyOptions, show: ShowProgress = lambda _progress: None) -> VerifyResult:
    """Verify a provider.

    Args:
        options: see there.
        show: called with the progress, about every second.

    Raises:
        UsageError: schemathesis is not installed, the provider cannot be reached, a setting or reference data are
            invalid.
    """
    check_installed()
    contract = contract_of(options.vendor, options.settings)
    if contract.supplied is not None:
        options = replace(options, url=without_server_path(options.url, contract.supplied.server_path))
    _check_data(options)
    only = safe_operations(contract) if options.safe else None
    with watchdog() as folder:
        options = replace(options, ca_file=authorities_file(options.url, options.ca_file, folder))
        reachability.check(options.url, options.seconds, options.ca_file, options.wait)
        phases = Phases(options, contract, folder, only, show)
        interrupted = not phases.run()
        title = f"{contract.title}, verified"
        judge = ObservationJudge(
            options.vendor, options.url, options.settings, options.credentials, title, options.policy
        )
        judge.add(read(phases.log))
        return VerifyResult(
            judge.verdict(),
            phases.case_counts,
            contract,
            tuple(phases.played),
            interrupted,
            phases.idle,
        )


def _check_data(options: VerifyOptions) -> None:
    """Raise `UsageError` if the reference data are not what the vendor has."""
    settings = settings_from(options.vendor, options.settings)
    load(options.vendor, lambda *_, **__: None, options.credentials, settings, options.data)
