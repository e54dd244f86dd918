"""The Basic credentials that the setting `auth` can require."""

from __future__ import annotations

from typing import Final

from crm_mocks.vendor import same_secret

USER: Final = "leadbank"
PASSWORD: Final = "leadbank-secret"  # noqa: S105  # a demo credential


def checked_user(user: str, password: str) -> str | None:
    """Return the user if the credentials are right, else `None`."""
    return user if same_secret(user, USER) and same_secret(password, PASSWORD) else None
