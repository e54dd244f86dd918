"""Licences of installed packages, as their metadata states them, and which of them we accept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ACCEPTED: Final = frozenset(
    ("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0")
)
"""Licences that put no condition on software that is tested with the mocks."""

ACCEPTED_FOR_TOOLS: Final = ACCEPTED | {"GPL-3.0", "Public Domain"}
"""Those of programs that we run and do not ship."""

_SPDX: Final = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache software": "Apache-2.0",
    "bsd": "BSD",  # which of them, the metadata does not say
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "gnu general public license (gpl)": "GPL-3.0",
    "isc license (iscl)": "ISC",
    "mit": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psf": "PSF-2.0",
    "psfl": "PSF-2.0",
    "python software foundation": "PSF-2.0",
}
"""SPDX identifiers by the names that older metadata has, in lower case and without the word `license` at the end."""

_UNKNOWN: Final = "unknown"


def licence_of(package: Distribution) -> str:
    """Return the licence that a package's metadata states, as an SPDX expression where it can be one, or `unknown`."""
    if expressions := _field(package, "License-Expression"):
        return expressions[0]
    if (texts := _field(package, "License")) and "\n" not in texts[0]:
        return _spdx(texts[0])
    names = [line.rpartition(" :: ")[2] for line in _field(package, "Classifier") if line.startswith("License :: ")]
    return " OR ".join(_spdx(name) for name in names) or _UNKNOWN


def is_accepted(expression: str, accepted: frozenset[str] = ACCEPTED) -> bool:
    """Return whether all licences that an SPDX expression names are accepted, alternatives included."""
    return {name.strip(" ()") for name in re.split(r" (?:AND|OR|WITH) ", expression)} <= accepted


def with_all_that_they_need(requirements: Iterable[Requirement]) -> dict[str, Distribution]:
    """Return the installed packages that requirements ask for, directly or not, by normalized name.

    Raises:
        PackageNotFoundError: one is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [(each, "") for each in requirements]
    seen = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        package = found.setdefault(name, distribution(name))
        for wanted in {"", *requirement.extras}:
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting.extend((Requirement(line), wanted) for line in package.requires or ())
    return found


def _spdx(name: str) -> str:
    return _SPDX.get(name.lower().removesuffix(" license"), name)


def _field(package: Distribution, name: str) -> list[str]:
    """Return the values of a field; some builders write `UNKNOWN` for none."""
    return [text.strip() for text in package.metadata.get_all(name) or () if text.strip() not in ("", "UNKNOWN")]
