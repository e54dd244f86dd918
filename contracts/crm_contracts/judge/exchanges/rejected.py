"""Findings about what never became a request."""

from __future__ import annotations

from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.expectation import expected
from crm_contracts.judge.finding import Finding, ResponseCount, Side
from crm_mocks.state.stats import place_of
from crm_mocks.violations import Violation


def rejection_finding(exchange: Exchange, violation: Violation) -> Finding:
    """Return the finding about a rule of HTTP that was broken; it has no operation."""
    return Finding(
        side=Side.CLIENT,
        vendor="",
        operation="",
        rule=violation.rule,
        location=place_of(violation.location),
        message=violation.message,
        expected=expected(violation),
        basis=basis_of(violation.basis, None, location=violation.location),
        status=exchange.status,
        responses=(ResponseCount(exchange.status, "", 1),),
    )
