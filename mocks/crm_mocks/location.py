"""Where something is in a request, a response or a document."""

from __future__ import annotations

Location = tuple[str | int, ...]
"""Names of members and numbers of entries, from the outside in, such as `("body", "emails", 0)`."""
