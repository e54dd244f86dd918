"""Reason phrases of status lines."""

from __future__ import annotations

from http import HTTPStatus


def reason_phrase(status: int) -> str:
    """Return the reason phrase of a status (RFC 9110, section 15); empty if the status is not registered.

    Example:
        >>> reason_phrase(404)
        'Not Found'
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
