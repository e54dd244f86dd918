"""All kinds of attack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.hostile import commands, recordings
from tests.hostile.attack import Attack, Kind
from tests.hostile.ci_inputs import CiInputs
from tests.hostile.ci_inputs import lacks as lacks_bash
from tests.hostile.command_options import Options
from tests.hostile.contracts import Contracts
from tests.hostile.control_api import ControlApi
from tests.hostile.headers import Headers
from tests.hostile.json_patches import JsonPatches
from tests.hostile.live_page import LivePage
from tests.hostile.parser import Parser
from tests.hostile.providers import ProxyAnswers, PushAnswers
from tests.hostile.shared_state import SharedState
from tests.hostile.shared_state import lacks as lacks_state_server
from tests.hostile.vendor_bodies import VendorBodies
from tests.hostile.vendor_packages import VendorPackages
from tests.vendors.discovery import VENDORS

_RECORDED = "recorded traffic, read, judged and reported"

KINDS = {
    kind.name: kind
    for kind in (
        *(
            Kind(f"bodies of {vendor}", "every leaf of every documented body", partial(VendorBodies, vendor=vendor))
            for vendor in VENDORS
        ),
        Kind("headers", "Prefer, Forwarded, cookies, media types, multipart, queries of all operations", Headers),
        Kind("HTTP parser", "bytes on the socket, beside h11", Parser),
        Kind("control API", "queries and bodies by its own contract", ControlApi),
        Kind("live page", "its stream, links and cookie; other origins, rebound names", LivePage),
        Kind("HAR files", _RECORDED, recordings.har_files),
        Kind("cassettes", _RECORDED, recordings.cassettes),
        Kind("journals", _RECORDED, recordings.journals),
        Kind("journal files", _RECORDED, recordings.journal_files),
        Kind("Postman collections", _RECORDED, recordings.collections),
        Kind("learnt traffic", "recordings and collections for `learn`", commands.learnt_files),
        Kind("reports", "files for `coverage` and `coverage --history`", commands.report_files),
        Kind("baselines", "files for `--baseline`", commands.baselines),
        Kind("settings files", "files for `--config`, served and judged", commands.settings_files),
        Kind("seed files", "files for `--seed-file` and `--replay`, served", commands.seed_files),
        Kind("options", "values of options, arguments and variables of the environment", Options),
        Kind("contracts", "contracts of users: read, served, all operations called", Contracts),
        Kind("contract files", "contracts for `lint`, `diff`, `list`, `contract`, `check`", commands.contract_files),
        Kind("JSON Patches", "operations on a record of a contract of a user", JsonPatches, inputs=1000),
        Kind("vendor packages", "code in `--vendor-dir` that fails or is none", VendorPackages),
        Kind(
            "shared state",
            "values under our keys on the server of `--state`",
            SharedState,
            inputs=100,
            lacks=lacks_state_server,
        ),
        Kind(
            "CI inputs", "inputs of action.yml, variables of the GitLab template", CiInputs, inputs=40, lacks=lacks_bash
        ),
        Kind("answers to proxy", "a provider's bytes: broken, endless, slow, redirects", ProxyAnswers, inputs=100),
        Kind("answers to push", "a receiver's bytes: broken, endless, slow, redirects", PushAnswers, inputs=100),
    )
}
"""The kinds by name."""


class Attacks:
    """The attacks by name of their kind, each made when it is first needed."""

    def __init__(self) -> None:
        self._made: dict[str, Attack] = {}

    def __getitem__(self, name: str) -> Attack:
        if name not in self._made:
            self._made[name] = KINDS[name].make(name)
        return self._made[name]

    def close(self) -> None:
        for each in self._made.values():
            each.close()


@contextmanager
def attacks() -> Iterator[Attacks]:
    """Provide the attacks."""
    made = Attacks()
    yield made
    made.close()
