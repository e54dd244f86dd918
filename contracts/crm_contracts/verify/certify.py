"""`python -m crm_contracts.verify.certify [VENDOR…]`: hold our own mocks to their own contracts with schemathesis.

Exit code 0 when no check fails and enough cases succeed, 1 otherwise, 2 when it cannot be tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crm_contracts.verify.figures import Figures
from crm_contracts.verify.plausible import plausible_type
from crm_contracts.verify.provider import Provider
from crm_contracts.verify.runner import Extent, Result, run
from crm_contracts.verify.serving import served
from crm_contracts.verify.variants import Variant, variants
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import load_vendor, vendor_names

LEAST_SHARE: Final = 0.3
"""Of an operation's cases, so many reach success at least; with fewer, hardly anything but refusals was tried."""
_AIM: Final = 0.34
"""Share that is aimed at: not every valid case succeeds, and schemathesis sends none twice."""


@dataclass
class Certificate:
    """What came of holding one mock, under some settings, to its contract.

    Attributes:
        name: the vendor, and its settings where they are not the defaults.
        operations: operationIds of the contract.
        figures: cases of all seeds.
        failures: what schemathesis printed in runs in which a check failed.
    """

    name: str
    operations: frozenset[str]
    figures: Figures = field(default_factory=Figures)
    failures: list[str] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Add a run."""
        for operation, tally in result.figures.operations.items():
            self.figures.add(operation, tally)
        if not result.passed:
            self.failures.append(result.output)

    def shortcomings(self) -> Iterator[str]:
        """Yield what keeps the mock from being certified."""
        yield from self.failures
        for operation in sorted(self.operations):
            tally = self.figures.operations.get(operation)
            if tally is None:
                yield f"{self.name}: {operation} was not tried"
            elif tally.share < LEAST_SHARE:
                yield f"{self.name}: of the cases of {operation}, {tally.share:.0%} succeed, under {LEAST_SHARE:.0%}"

    def report(self) -> str:
        """Return the figures as text."""
        return "\n".join((self.name, *(f"  {line}" for line in self.figures.lines())))


def certify(vendor: str, variant: Variant, *, seeds: Iterable[int], examples: int, phases: str = "") -> Certificate:
    """Hold one mock to its contract, afresh for each seed.

    Args:
        vendor: the vendor's name.
        variant: settings by name, without the vendor's.
        seeds: of the cases; each is a run of its own.
        examples: most generated cases per operation and phase.
        phases: schemathesis' phases, with commas between them; without any, all.

    Raises:
        CrmMocksError: the mock does not start, or schemathesis is not installed.
    """
    changes = ",".join(f"{name}={value}" for name, value in variant.items())
    known = load_vendor(vendor)
    certificate = Certificate(
        f"{vendor}[{changes}]" if changes else vendor,
        frozenset(known.contract_file.in_force(known.settings_type()).operations),
    )
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="crm-mocks-") as folder:
            settings = {**plausible_type(vendor).settings, **variant}
            with served(vendor, settings, Path(folder), seed) as mock:
                provider = Provider(vendor, mock.url, f"{mock.url}/openapi/{vendor}.json", mock.credentials)
                for result in _runs(provider, Extent(examples, seed, phases)):
                    certificate.add(result)
    return certificate


def _runs(provider: Provider, extent: Extent) -> Iterator[Result]:
    """Run schemathesis, and then once more with valid cases of each operation that had too few of them.

    To break each member of a large body in turn takes many more cases than `examples`, most of which are refused.
    """
    first = run(provider, extent)
    yield first
    for operation, tally in sorted(first.figures.operations.items()):
        wanted = tally.cases_wanted(_AIM)
        if wanted:
            yield run(provider, Extent(wanted, extent.seed, valid_only=operation))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m crm_contracts.verify.certify", description="Certify mocks.")
    parser.add_argument("vendors", metavar="VENDOR", nargs="*", help="vendor; by default all")
    parser.add_argument("--seeds", type=_numbers, default=(1, 2, 3), help="of the cases (default: 1,2,3)")
    parser.add_argument("--examples", type=_positive, default=200, help="generated cases per operation (default: 200)")
    parser.add_argument("--phases", default="", help="of schemathesis: examples,coverage,fuzzing (default: all)")
    chosen = parser.parse_args(arguments)
    try:
        shortcomings = list(_certify_all(chosen.vendors, chosen.seeds, chosen.examples, chosen.phases))
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(*shortcomings, sep="\n", file=sys.stderr)
    print(f"{len(shortcomings)} shortcomings" if shortcomings else "certified")
    return 1 if shortcomings else 0


def _certify_all(vendors: Sequence[str], seeds: Sequence[int], examples: int, phases: str) -> Iterator[str]:
    unknown = set(vendors) - set(vendor_names())
    if unknown:
        raise UsageError(f"unknown vendor '{min(unknown)}': there are {', '.join(vendor_names())}")
    for vendor in vendors or vendor_names():
        for variant in variants(load_vendor(vendor)):
            certificate = certify(vendor, variant, seeds=seeds, examples=examples, phases=phases)
            print(certificate.report(), flush=True)
            yield from certificate.shortcomings()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
