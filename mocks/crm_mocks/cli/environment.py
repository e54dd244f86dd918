"""Misspelt variables of the environment, which would have no effect."""

from __future__ import annotations

import os
import re
from typing import Final

from crm_mocks.cli.streams import complain
from crm_mocks.nearest_name import nearest

_PREFIX: Final = "CRM_MOCKS_"
_LIKE_OURS: Final = re.compile(r"CRM_?MOCKS?_(?P<name>\w+)", re.IGNORECASE)
_READ: Final = ("ADMIN_TOKEN", "CACHE", "DEBUG")
"""Variables that commands read, without the prefix; those of credentials have the name of a vendor."""
_SIMILARITY: Final = 0.75


def mention_misspelt_variables() -> None:
    """Print a line on stderr for each variable that is nearly one that commands read."""
    for variable in os.environ:
        match = _LIKE_OURS.fullmatch(variable)
        meant = f"{_PREFIX}{nearest(match['name'], _READ, _SIMILARITY)}" if match else _PREFIX
        if meant not in (_PREFIX, variable):
            complain(f"nothing reads the environment variable {variable} (did you mean '{meant}'?)")
