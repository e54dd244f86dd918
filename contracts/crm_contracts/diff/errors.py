"""The error of this package."""

from __future__ import annotations


class DocumentError(Exception):
    """A document cannot be compared: it is not OpenAPI, or contradicts itself. The message is one line."""
