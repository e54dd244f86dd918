"""Credentials within a documented text: by form, and by name in the query of a URL or in JSON that the text holds."""

from __future__ import annotations

import re
from typing import Final

from crm_mocks.credential_names import STEMS
from crm_mocks.redaction.linear_search import searcher

_NAME: Final = rf"[A-Za-z0-9_.-]{{0,40}}(?i:{'|'.join(map(re.escape, STEMS))})[A-Za-z0-9_.-]{{0,40}}"

_QUERY: Final = rf"[?&]{_NAME}=[^\s&#\"'*]"
"""A parameter of a query that names a credential."""

_QUOTED_JSON: Final = rf'\\"{_NAME}\\"\s*:\s*(?:\\"[^*"\\]|[0-9])'
"""A member that names a credential in JSON within a string of JSON, and its value."""

_JSON: Final = rf'"{_NAME}"\s*:\s*(?:"[^*"]|[0-9])'


has_credential: Final = searcher(f"{_QUERY}|{_JSON}")
"""Returns whether a text holds one."""

may_be_credential: Final = searcher(
    r"eyJ[A-Za-z0-9_-]{8}|-----BEGIN|AKIA|gh[pousr]_|sk_live_|sk_test_|xox[abprs]-|AIza|glpat-"
    r"|(?:earer|EARER|asic|ASIC)\s+[A-Za-z+/=._~-]*[0-9]|://[^\s/:@]+:[^\s/@]+@"
    r"|\\u00[2-7]|:\\/"  # escapes of JSON that may hide one
)
"""Finds where what is certainly a credential may begin."""

_has_query: Final = searcher(_QUERY)
_has_quoted_json: Final = searcher(_QUOTED_JSON)


def has_query(text: str) -> bool:
    """Return whether a text holds a query with one."""
    return "=" in text and _has_query(text)  # most texts have no parameter


def has_quoted_json(text: str) -> bool:
    """Return whether JSON has a text that holds JSON with a credential."""
    return "\\" in text and _has_quoted_json(text)  # one character is found in a hundredth of the time of two


def may_have_credential(json: str) -> bool:
    """Return whether a string in JSON may hold a credential."""
    return "\\" in json or may_be_credential(json) or has_query(json)  # without escapes, no string holds JSON
