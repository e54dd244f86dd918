"""Redirects of a provider are not followed: `requests` reads their targets even so, and fails if one is no URL."""

from __future__ import annotations

from typing import Any


def no_target(*_: Any) -> None:
    """Return the target of any redirect that `requests` should follow: none."""


def ignore_targets() -> None:
    """Have schemathesis ignore the targets of redirects."""
    from schemathesis.transport.requests import SameHostRedirectsSession

    setattr(SameHostRedirectsSession, "get_redirect_target", no_target)  # noqa: B010  # type checkers reject a plain assignment
