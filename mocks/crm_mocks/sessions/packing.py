"""Records in a form that takes little room: as JSON bytes, a sixth of the dict that they stand for.

A session may have hundreds of thousands of them. As bytes they also give the garbage collector nothing to look at,
which otherwise costs more than storing them does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from crm_mocks.contract.outcome import snug

_ONLY_JSON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def packed(record: Mapping[str, Any]) -> Any:
    """Return a record in the form in which it is kept; what JSON cannot hold exactly stays as it is."""
    try:
        return snug(orjson.dumps(record, option=_ONLY_JSON))
    except TypeError:
        return record


def unpacked(kept: Any) -> Any:
    """Return the record that is kept; a fresh one each time where it was packed."""
    return orjson.loads(kept) if type(kept) is bytes else kept
