"""What the names of members say about them, as far as servers set them."""

from __future__ import annotations

import re
from enum import Flag, auto
from functools import lru_cache
from typing import Final

from crm_mocks.generic.member_names import plain_name

_CREATED: Final = re.compile(r"creat|insertedat|addedat|addtime")
_CHANGED: Final = re.compile(r"updat|modif|edited|changedat")
_ENDED: Final = re.compile(r"delet|archiv|remov|trash|cancel|closed|complet|revoked|expired")
_HOLDERS: Final = ("attributes", "properties", "metadata", "meta")


class Meaning(Flag):
    """What the name of a member says about it."""

    NOTHING = 0
    HOLDER = auto()
    CREATION = auto()
    CHANGE = auto()
    END = auto()


@lru_cache(4096)
def meaning_of(name: str) -> Meaning | None:
    """Return what a name says; `None` if it says nothing."""
    plain = plain_name(name)
    meaning = Meaning.HOLDER if plain in _HOLDERS else Meaning.NOTHING
    for each, pattern in ((Meaning.CREATION, _CREATED), (Meaning.CHANGE, _CHANGED), (Meaning.END, _ENDED)):
        if pattern.search(plain):
            meaning |= each
    return meaning or None
