"""Commands with hostile values of options, arguments and variables of the environment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from random import Random

from tests.hostile.attack import Input
from tests.hostile.commands import Command, printed
from tests.hostile.mutations import TEXTS, mutated_bytes


class Options(Command):
    """Hostile values of options, arguments and variables of the environment, such as the image is started with."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._settings = [
            each["key"] for section in json.loads(printed("settings", "--json")).values() for each in section
        ]

    def make(self, rng: Random) -> Input:
        command, options = rng.choice(_OPTIONS)
        arguments = [command]
        if command == "serve":
            arguments.append("--port=0")
        for option in rng.sample(options, rng.randint(1, min(3, len(options)))):
            value = self._setting(rng) if option == "--set" else odd_text(rng)
            arguments.append(_as_given(f"{option}={value}" if option.startswith("--") else value))
        environment = {each: _as_given(odd_text(rng)) for each in rng.sample(_VARIABLES, rng.randint(0, 2))}
        return {
            "arguments": arguments,
            "environment": environment,
            "lines": 1 + len(environment),  # misspelt variables are mentioned
        }

    def _setting(self, rng: Random) -> str:
        return f"{rng.choice(self._settings) if rng.random() < 0.95 else odd_text(rng)}={odd_text(rng)}"


def _as_given(text: str) -> str:
    """Return a text as a system gives it to a process: no NUL, and only such surrogates as stand for bytes."""
    return (
        text.replace("\0", "")
        .encode("utf-8", "surrogateescape" if "\ud800" not in text else "replace")
        .decode("utf-8", "surrogateescape")
    )


def odd_text(rng: Random) -> str:
    """Return a text for an option."""
    if rng.random() < 0.6:
        return rng.choice(_ODD)
    if rng.random() < 0.5:
        return rng.choice(TEXTS)[:1000].replace("\ud7ff", "\ud800")
    return mutated_bytes(rng, rng.choice(_ODD).encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _numbers() -> Iterable[str]:
    return (
        "0",
        "-1",
        "1",
        "1e308",
        "1e400",
        "nan",
        "-inf",
        "9" * 400,
        "9" * 5000,
        "0x10",
        "1_0",
        "٣",
        "²",
        "1.5",
        " 7 ",
    )


_ODD = (
    *_numbers(),
    "true",
    "null",
    "",
    "localhost",
    "127.0.0.1",
    "::1",
    "0.0.0.0:1",
    "256.1.1.1",
    "a" * 300,
    "xn--a",
    "2026-01-31T12:00:00Z",
    "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01T00:00:00-14:00",
    "http://localhost:1/x",
    "http://[::1",
    "https://a:b@c/?d#e",
    "redis://:pw@127.0.0.1:1/0",
    "/",
    "/a/../b",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/mem",
    "{folder}",
    "{folder}/missing",
    "{folder}/traffic.har",
    "a=b",
    "*",
    "GET /*a*a*a*a*a*",
    "leadbank.getLeads:400",
    "(a+)+$",
    "$(touch x)",
    "\x1b[31m\r::error::x",
    "\udcff",
    "é" * 100,
)
_OPTIONS = (
    (
        "serve",
        ("--seed", "--now", "--set", "--set", "--host", "--public-url", "--base-path", "--admin-token", "--log",
         "--ready-file", "--admin-token-file", "--journal", "--state-wait", "--seed-file", "--tls-cert", "--tls-key",
         "vendor"),
    ),
    ("list", ("vendor", "--contract", "--vendor-dir")),
    ("settings", ("vendor", "--contract", "--vendor-dir")),
    ("contract", ("vendor", "--set", "--format")),
    ("examples", ("vendor", "--contract")),
    ("check", ("file", "--set", "--allow", "--vendor", "--base-url", "--baseline", "--config")),
    ("coverage", ("file", "--fail-under", "--allow", "--baseline", "--vendor", "--format")),
    ("diff", ("old", "new", "--since", "--for")),
    ("lint", ("file", "--rule", "--ignore", "--format")),
    ("learn", ("file", "--host", "--url", "--title")),
    ("completion", ("shell",)),
)  # fmt: skip
_VARIABLES = (
    "CRM_MOCKS_ADMIN_TOKEN", "CRM_MOCKS_ADMIN_TOKENS", "CRM_MOCKS_CACHE", "CRM_MOCKS_URL",
    "CRM_MOCKS_SEED", "NO_COLOR",
    "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "TZ", "LANG", "PYTHONIOENCODING", "HOME", "XDG_CACHE_HOME", "TMPDIR",
    "CI",
    "GITHUB_ACTIONS",
)  # fmt: skip
