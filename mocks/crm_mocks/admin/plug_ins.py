"""What installed packages plug in to the control API, by entry points."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from crm_mocks.entry_points import entry_points

log = logging.getLogger("crm_mocks")


def use_plug_ins(group: str, what: str, use: Callable[[Any], None]) -> None:
    """Load each entry point of a group, in the order of their names, and use it.

    An error of one is logged, and the rest of the control API works without it.

    Args:
        group: the entry point group.
        what: what the entry points are, for the log.
        use: called with what each entry point names.
    """
    for entry_point in sorted(entry_points(group=group), key=lambda each: each.name):
        try:
            use(entry_point.load())
        except Exception:
            log.exception("loading %s %s (%s) failed", what, entry_point.name, entry_point.value)
