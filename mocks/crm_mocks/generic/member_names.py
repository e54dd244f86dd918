"""Names of members, parameters and resources, compared without regard to case, separators and number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

UNIQUE: Final = (
    "email", "emailaddress", "username", "login", "externalid", "externalreference", "slug", "sku", "vin",
)  # fmt: skip  # a table reads better in rows
"""Plain names of members that two records often must not share."""

_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
_ES: Final = ("sses", "shes", "ches", "xes", "zes")


@lru_cache(4096)
def plain_name(name: str) -> str:
    """Return a name in lower case without separators: `first_name`, `firstName` and `First-Name` are the same.

    Example:
        >>> plain_name("page[size]")
        'pagesize'
    """
    return _SEPARATORS.sub("", name.lower())


@lru_cache(4096)
def singular(name: str) -> str:
    """Return the plain name of one entry of a collection.

    Example:
        >>> singular("companies")
        'company'
    """
    word = plain_name(name)
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(_ES):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
