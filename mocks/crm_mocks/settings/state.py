"""Settings of the state that processes share, with `--state`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.settings import Section, number, setting, whole_number

STATE: Final = "state"
"""Name of the section, next to those of the host and the vendors."""


def _prefix(raw: Any) -> str:
    if isinstance(raw, str) and re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", raw):
        return raw
    raise ValueError("1 to 64 letters, digits, dots, colons, hyphens or underscores")


@dataclass(frozen=True)
class StateSettings(Section):
    """Settings of the shared state; all of them apply to the whole process."""

    prefix: str = setting(
        "crm-mocks", "Prefix of all keys; processes with the same prefix share their sessions.", _prefix, process=True
    )
    session_ttl: float = setting(
        86_400, "Seconds after which an unused session expires.", number(1, 86_400 * 365), process=True
    )
    journal_bytes: int = setting(
        8 * 1024**2,
        "Maximum size of a session's journal in bytes; its oldest exchanges are discarded, statistics stay exact.",
        whole_number(1024, 1024**3),
        process=True,
    )
    connect_seconds: float = setting(
        1, "Seconds to connect to the server; after that a 503.", number(0.05, 600), process=True
    )
    command_seconds: float = setting(
        5, "Seconds for the server to reply to a command; after that a 503.", number(0.05, 600), process=True
    )
    lease_seconds: float = setting(
        30,
        "Seconds after which the claim of a process that has died ends.",
        number(0.1, 3_600),
        process=True,
    )
    wait_replicas: int = setting(
        0,
        "Number of the server's replicas that must have stored a request before it is answered (WAIT).",
        whole_number(0, 100),
        process=True,
    )
