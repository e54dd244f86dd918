"""All kinds of attack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.hostile.attack import Attack
from tests.hostile.control_api import ControlApi
from tests.hostile.parser import Parser
from tests.hostile.recordings import recordings
from tests.hostile.vendor_bodies import VendorBodies
from tests.vendors.discovery import VENDORS


@contextmanager
def attacks() -> Iterator[dict[str, Attack]]:
    """Provide the attacks by name."""
    kinds = (*map(VendorBodies, VENDORS), ControlApi(), *recordings(), Parser())
    yield {each.name: each for each in kinds}
    for each in kinds:
        each.close()
