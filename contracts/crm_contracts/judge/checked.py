"""Green means checked: a verdict without anything that could be judged fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.text import plural

OPTION: Final = "--allow-no-requests"
"""Option of the commands that lets a verdict pass although nothing was checked."""


def require_requests(
    verdict: Verdict, causes: Iterable[str] = (), *, allowed: bool = False, option: str = OPTION
) -> Verdict:
    """Return a verdict that fails, by a complaint, if nothing was checked.

    Args:
        verdict: the verdict, with allowed and known findings marked.
        causes: probable causes, the likeliest first, such as `the command does not read CRM_MOCKS_URL`.
        allowed: nothing needs to be checked, as with `--allow-no-requests`.
        option: name of the option that allows it, for the message.

    Example:
        >>> require_requests(Verdict()).complaints
        ('nothing was checked: no request came. If that is intended, use --allow-no-requests',)
    """
    if allowed or verdict.is_checked:
        return verdict
    reason = "no request came"
    if verdict.exchanges:
        reason = f"none of {plural(verdict.exchanges, 'request')} matches an operation of the contracts"
    listed = ", or ".join(causes)
    probably = f". Probably {listed}" if listed else ""
    complaint = f"nothing was checked: {reason}{probably}. If that is intended, use {option}"
    return replace(verdict, complaints=(*verdict.complaints, complaint))
