"""Rules on what must not stand in a contract."""

from __future__ import annotations

import re
from typing import Any, Final

from crm_contracts.lint.places import Place
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject

_SECRETS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bsk_live_|\bxox[abprs]-|\bAIza[\w-]{35}"
)


@rule(
    "no-real-secret",
    why="Contracts are published; a secret that was in one has to be changed.",
    fix="Write a made-up value that says so, such as demo-secret.",
)
def no_real_secret(subject: Subject) -> Found:
    """Find texts in the form of well-known credentials: private keys, keys of cloud providers and the like."""
    yield from _secrets(subject.document, ())


def _secrets(node: Any, place: Place) -> Found:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _secrets(value, (*place, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _secrets(value, (*place, number))
    elif isinstance(node, str) and _SECRETS.search(node):
        yield place, "the text has the form of a real secret"
