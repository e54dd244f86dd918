"""Verdicts of commands with mocks of their own inside `crm-mocks run`, such as pytest with our fixtures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from crm_contracts.judge.codec import encode_json
from crm_contracts.judge.files import read_verdict
from crm_contracts.judge.verdict import Verdict
from crm_mocks.errors import UsageError
from crm_mocks.files.writing import PRIVATE, write_file

VARIABLE: Final = "CRM_MOCKS_VERDICT_FOLDER"
"""Variable of the environment by which `crm-mocks run` names the folder for these verdicts."""

_NAME: Final = "nested-{}.json"


def pass_on(verdict: Verdict, environment: Mapping[str, str]) -> bool:
    """Pass a verdict on to the `crm-mocks run` around this process; return whether there is one.

    Args:
        verdict: the verdict.
        environment: environment of this process.
    """
    folder = environment.get(VARIABLE)
    if not folder:
        return False
    try:
        write_file(Path(folder, _NAME.format(os.getpid())), encode_json(verdict.as_json()), PRIVATE)
    except OSError:  # the run around this process has ended
        return False
    return True


def passed_on(folder: Path) -> Iterator[Verdict]:
    """Yield the verdicts that processes have passed on.

    Args:
        folder: folder that `VARIABLE` has named.
    """
    for path in sorted(folder.glob(_NAME.format("*"))):
        try:
            yield read_verdict(path)
        except UsageError as error:
            yield Verdict(complaints=(f"the verdict of a nested run cannot be read: {error}",))
