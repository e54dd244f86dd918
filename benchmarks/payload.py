"""What is sent: createLead of the Config API, its contract's fullest example, with other values in each request."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from benchmarks.load import MARK
from crm_mocks.contract import Contract, ContractFile
from crm_mocks.vendor import load_vendor

VENDOR, OPERATION = "config_api", "createLead"
KEY = "demo-key"


@cache
def contract() -> Contract:
    """The contract in force under the default settings."""
    return ContractFile(VENDOR).in_force(load_vendor(VENDOR).settings_type())


def path() -> str:
    """The operation's path."""
    return contract().operations[OPERATION].path


def lead(number: str) -> dict[str, Any]:
    """Return a valid lead of its own for each number."""
    body = contract().operations[OPERATION].body
    assert body is not None  # it creates something
    made: dict[str, Any] = copy.deepcopy(body.examples["created_full"][1])
    made["leadCustomer"] |= {
        "thirdPartyId": f"A{number}",
        "lastname": f"Mustermann {number}",
        "email": f"max.{number}@example.com",
    }
    made["notes"] = f"Free trials and classes, lead {number}"
    return made


def encoded(number: int) -> bytes:
    """Return a valid lead as it goes over the wire."""
    return json.dumps(lead(f"{number:010d}"), separators=(",", ":")).encode()


def invalid() -> dict[str, Any]:
    """Bodies that break the contract, each in one way, by what is wrong."""
    wrong = {name: lead(f"{number:010d}") for number, name in enumerate(("required", "type", "enum", "format"), 1)}
    del wrong["required"]["leadCustomer"]["email"]
    wrong["type"]["leadCustomer"]["firstname"] = 42
    wrong["enum"]["leadCustomer"]["gender"] = "NONE OF THESE"
    wrong["format"]["leadCustomer"]["dateOfBirth"] = "2000-13-45"
    return wrong


def request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a whole HTTP request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def template(**headers: str) -> bytes:
    """Return a request with the mark in place of its number; all numbers have the mark's length.

    Args:
        headers: further ones, underscores for hyphens.
    """
    further = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(path(), encoded(int(MARK)), {"x-api-key": KEY, **further})
