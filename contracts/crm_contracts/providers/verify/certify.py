"""Verify our own mocks as if they were somebody else's: `python -m crm_contracts.providers.verify.certify [VENDOR…]`.

Exit code 0 when nothing is found and enough cases succeed, 1 otherwise, 2 when it cannot be tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.policy import STRICT
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.certificate import Certificate, page
from crm_contracts.providers.verify.provider import Provider, contract_of
from crm_contracts.providers.verify.runner import VerifyScope, run
from crm_contracts.providers.verify.sample_requests import samples_type
from crm_contracts.providers.verify.serving import Served, served
from crm_contracts.providers.verify.variants import Variant, variants
from crm_contracts.providers.verify.verification import ALL_PHASES, VerifyOptions, verify
from crm_contracts.report.files import write
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import load_vendor, vendor_names

_AIM: Final = 0.34
"""Share that is aimed at: not every valid case succeeds, and schemathesis sends none twice."""


def certify(
    vendor: str, variant: Variant, *, seeds: Iterable[int], examples: int, phases: tuple[str, ...] = ALL_PHASES
) -> Certificate:
    """Verify one mock, afresh for each seed.

    Args:
        vendor: the vendor's name.
        variant: settings by name, without the vendor's.
        seeds: of the cases; each is a run of its own.
        examples: most generated cases per operation and phase.
        phases: of a verification.

    Raises:
        CrmMocksError: the mock does not start, or schemathesis is not installed.
    """
    changes = ",".join(f"{name}={value}" for name, value in variant.items())
    settings = {**samples_type(vendor).settings, **variant}
    contract = contract_of(vendor, settings)
    certificate = Certificate(f"{vendor}[{changes}]" if changes else vendor, frozenset(contract.operations))
    for seed in seeds:
        with (
            tempfile.TemporaryDirectory(prefix="crm-mocks-") as folder,
            served(vendor, settings, Path(folder), seed) as mock,
        ):
            asked = VerifyOptions(
                vendor,
                mock.url,
                mock.credentials,
                settings=settings,
                examples=examples,
                seed=seed,
                phases=phases,
                policy=STRICT,
            )
            verified = verify(asked)
            certificate.add(verified)
            _add_valid(certificate, verified.figures, vendor, settings, mock, seed)
    return certificate


def _add_valid(
    certificate: Certificate, figures: CaseCounts, vendor: str, settings: Mapping[str, Any], mock: Served, seed: int
) -> None:
    """Send valid cases of each operation that had too few of them.

    To break each member of a large body in turn takes many more cases than were asked for, most of which are refused.
    """
    provider = Provider(vendor, mock.url, f"{mock.url}/openapi/{vendor}.json", mock.credentials, settings=settings)
    for operation, tally in sorted(figures.operations.items()):
        wanted = tally.cases_wanted(_AIM)
        if wanted:
            result = run(provider, VerifyScope(wanted, seed, valid_only=operation))
            certificate.count(result.figures)
            if not result.passed:
                certificate.failures.append(result.output)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m crm_contracts.providers.verify.certify", description="Certify mocks.")
    parser.add_argument("vendors", metavar="VENDOR", nargs="*", help="vendor; by default all")
    parser.add_argument("--seeds", type=_numbers, default=(1, 2, 3), help="of the cases (default: 1,2,3)")
    parser.add_argument("--examples", type=_positive, default=100, help="generated cases per operation (default: 100)")
    parser.add_argument("--phases", type=_phases, default=ALL_PHASES, help=f"of {','.join(ALL_PHASES)} (default: all)")
    parser.add_argument("--page", type=Path, help="page that tells of a certification of all mocks")
    chosen = parser.parse_args(arguments)
    try:
        certificates = list(_certify_all(chosen.vendors, chosen.seeds, chosen.examples, chosen.phases))
        shortcomings = [each for certificate in certificates for each in certificate.shortcomings()]
        if chosen.page and not chosen.vendors and not shortcomings:
            write(chosen.page, page(certificates, chosen.seeds, chosen.examples), "the page of the certification")
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(*shortcomings, sep="\n", file=sys.stderr)
    print(f"{len(shortcomings)} shortcomings" if shortcomings else "certified")
    return 1 if shortcomings else 0


def _certify_all(
    vendors: Sequence[str], seeds: Sequence[int], examples: int, phases: tuple[str, ...]
) -> Iterator[Certificate]:
    unknown = set(vendors) - set(vendor_names())
    if unknown:
        raise UsageError(f"unknown vendor '{min(unknown)}': there are {', '.join(vendor_names())}")
    for vendor in vendors or vendor_names():
        for variant in variants(load_vendor(vendor)):
            certificate = certify(vendor, variant, seeds=seeds, examples=examples, phases=phases)
            print(certificate.report(), flush=True)
            yield certificate


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _phases(text: str) -> tuple[str, ...]:
    phases = tuple(text.split(","))
    if not set(phases) <= set(ALL_PHASES):
        raise ValueError(text)
    return phases


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
