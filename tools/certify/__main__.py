"""`python -m tools.certify [VENDOR…]`.

Exit code 0 if all mocks keep their contracts and enough cases succeed, 1 otherwise, 2 if they cannot be verified.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crm_contracts.providers.verify.options import ALL_PHASES
from crm_contracts.report.files import write
from crm_mocks.errors import CrmMocksError
from tools.certify.certificate import page
from tools.certify.certification import certify_all


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m tools.certify", description="Certify mocks.")
    parser.add_argument("vendors", metavar="VENDOR", nargs="*", help="vendor (default: all)")
    parser.add_argument("--seeds", type=_numbers, default=(1, 2, 3), help="seeds of the cases (default: 1,2,3)")
    parser.add_argument("--examples", type=_positive, default=100, help="generated cases per operation (default: 100)")
    parser.add_argument("--phases", type=_phases, default=ALL_PHASES, help=f"of {','.join(ALL_PHASES)} (default: all)")
    parser.add_argument("--page", type=Path, help="page to write if all mocks were certified")
    options = parser.parse_args(arguments)
    try:
        certificates = []
        for certificate in certify_all(
            options.vendors, seeds=options.seeds, examples=options.examples, phases=options.phases
        ):
            print(certificate.report(), flush=True)
            certificates.append(certificate)
        shortcomings = [each for certificate in certificates for each in certificate.shortcomings()]
        if options.page and not options.vendors and not shortcomings:
            write(options.page, page(certificates, options.seeds, options.examples), "the certification page")
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(*shortcomings, sep="\n", file=sys.stderr)
    print(f"{len(shortcomings)} shortcomings" if shortcomings else "certified")
    return 1 if shortcomings else 0


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
