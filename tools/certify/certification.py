"""Verify a mock, served in a process of its own, with several seeds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.policy import STRICT
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.options import ALL_PHASES, VerifyOptions
from crm_contracts.providers.verify.provider import Provider, contract_of
from crm_contracts.providers.verify.runner import VerifyScope, run
from crm_contracts.providers.verify.verification import verify
from crm_mocks.errors import UsageError
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import samples_type
from tools.certify.certificate import Certificate
from tools.certify.mock_process import MockProcess, serve_in_process
from tools.certify.variants import Variant, variants

_TARGET_SHARE: Final = 0.34
"""Target share of successful cases, above the required one: not every valid case succeeds."""


def certify_all(
    vendors: Sequence[str], *, seeds: Iterable[int], examples: int, phases: tuple[str, ...] = ALL_PHASES
) -> Iterator[Certificate]:
    """Certify vendors, each under all its variants, one after the other.

    Args:
        vendors: names; all vendors if empty.
        seeds: see `certify`.
        examples: see `certify`.
        phases: see `certify`.

    Raises:
        UsageError: a vendor is unknown.
        CrmMocksError: a mock does not start, or schemathesis is not installed.
    """
    unknown = set(vendors) - set(vendor_names())
    if unknown:
        raise UsageError(f"unknown vendor '{min(unknown)}': known are {', '.join(vendor_names())}")
    for vendor in vendors or vendor_names():
        for variant in variants(load_vendor(vendor)):
            yield certify(vendor, variant, seeds=seeds, examples=examples, phases=phases)


def certify(
    vendor: str, variant: Variant, *, seeds: Iterable[int], examples: int, phases: tuple[str, ...] = ALL_PHASES
) -> Certificate:
    """Verify one mock, freshly started for each seed.

    Args:
        vendor: name of the vendor.
        variant: settings by name, without the vendor's.
        seeds: seeds of the generated cases; each is a separate run.
        examples: maximum number of generated cases per operation and phase.
        phases: phases of the verification.

    Raises:
        CrmMocksError: the mock does not start, or schemathesis is not installed.
    """
    changes = ",".join(f"{name}={value}" for name, value in variant.items())
    settings = {**samples_type(vendor).mock_settings, **variant}
    contract = contract_of(vendor, settings)
    certificate = Certificate(f"{vendor}[{changes}]" if changes else vendor, frozenset(contract.operations))
    for seed in seeds:
        with (
            tempfile.TemporaryDirectory(prefix="crm-mocks-") as folder,
            serve_in_process(vendor, settings, Path(folder), seed) as mock,
        ):
            options = VerifyOptions(  # the options of every certification
                vendor,
                mock.url,
                mock.credentials,
                settings=settings,
                examples=examples,
                seed=seed,
                phases=phases,
                policy=STRICT,
            )
            result = verify(options)
            certificate.add(result)
            _add_valid_cases(certificate, result.case_counts, vendor, settings, mock, seed)
    return certificate


def _add_valid_cases(
    certificate: Certificate, counts: CaseCounts, vendor: str, settings: Mapping[str, Any], mock: MockProcess, seed: int
) -> None:
    """Send more valid cases to each operation that had too few.

    Breaking each member of a large body in turn takes many more cases than requested, most of which are refused.
    """
    provider = Provider(vendor, mock.url, f"{mock.url}/openapi/{vendor}.json", mock.credentials, settings=settings)
    for operation, count in sorted(counts.operations.items()):
        wanted = count.cases_needed(_TARGET_SHARE)
        if wanted:
            result = run(provider, VerifyScope(wanted, seed, valid_only=operation))
            certificate.count(result.case_counts)
            if not result.passed:
                certificate.failures.append(result.output)
