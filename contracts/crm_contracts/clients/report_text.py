"""Texts that the reports of sweep and fuzz share."""

from __future__ import annotations

from crm_contracts.clients.model import BaselineRun


def describe_baseline(run: BaselineRun) -> str:
    """Return what the client did in the baseline run."""
    ending = "stopped" if run.stopped else run.signal or f"exit {run.code}"
    called = [f"{key} ×{count}" + _outcomes(run, key) for key, count in run.requests.items()]
    return f"baseline run: {ending} after {run.seconds:.1f} s; called {', '.join(called) or 'nothing'}"


def _outcomes(run: BaselineRun, operation: str) -> str:
    outcomes = run.outcomes.get(operation)
    return f" ({', '.join(outcomes)})" if outcomes else ""
