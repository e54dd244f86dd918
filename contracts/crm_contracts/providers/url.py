"""Checks of the URL of a provider."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from crm_mocks.errors import UsageError


def provider_url(url: str, option: str, instead: str) -> SplitResult:
    """Return the parts of a URL that requests can be sent to.

    Args:
        url: from the user.
        option: what the URL is, for messages.
        instead: what to do instead of putting credentials into the URL.

    Raises:
        UsageError: the URL is invalid. The message does not repeat it, since it may contain credentials.
    """
    import httpx

    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")  # labels of at most 63 characters, and none that is empty
        httpx.URL(url)  # has stricter rules for other letters than ASCII
    except (ValueError, httpx.InvalidURL):
        is_valid = False
    if not is_valid or not url.isprintable() or " " in url:
        raise UsageError(f"{option} must be an http:// or https:// URL with a host")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{option} must not contain credentials: {instead}")
    return parts
