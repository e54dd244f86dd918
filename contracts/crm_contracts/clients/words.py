"""What a client did in its plain run, in few words, for all reports."""

from __future__ import annotations

from crm_contracts.clients.model import BaselineRun


def baseline(run: BaselineRun) -> str:
    """Return what the client did in the plain run."""
    ending = "stopped" if run.stopped else run.signal or f"exit {run.code}"
    called = [f"{key} ×{count}" + _answers(run, key) for key, count in run.requests.items()]
    return f"plain run: {ending} after {run.seconds:.1f} s; called {', '.join(called) or 'nothing'}"


def _answers(run: BaselineRun, operation: str) -> str:
    outcomes = run.outcomes.get(operation)
    return f" ({', '.join(outcomes)})" if outcomes else ""
