"""How deep JSON is nested, told from its bytes."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def is_too_deep(raw: bytes, most: int) -> bool:
    """Tell whether a body is nested too deep; quickly for bodies that have not even so many brackets.

    Args:
        raw: JSON, or what claims to be; of UTF-16 the zero bytes are passed over.
        most: levels of arrays and objects that are allowed.
    """
    if raw.count(b"[") + raw.count(b"{") <= most:
        return False
    brackets = _STRING.sub(b"", raw.translate(None, b"\0")).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > most
