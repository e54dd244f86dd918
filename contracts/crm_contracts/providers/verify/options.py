"""Options of a verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.providers.verify.runner import PHASES
from crm_contracts.shard import WHOLE, Shard

SCENARIOS: Final = "scenarios"
ALL_PHASES: Final = (SCENARIOS, *PHASES)


@dataclass(frozen=True)
class VerifyOptions:
    """Options of a verification.

    Attributes:
        vendor: vendor whose contract the provider is held to.
        url: of the provider; the contract's paths are appended to it. It may end with the base path of their `servers`.
        credentials: by the names in `Vendor.credentials`.
        settings: changed settings of the vendor, by name, which describe the provider.
        examples: maximum number of generated cases per operation and phase.
        seed: of the cases.
        phases: some of `ALL_PHASES`.
        seconds: time limit for a complete response.
        interval: seconds between the starts of two requests.
        safe: send only requests that create nothing.
        tag: text that marks created records; empty for none.
        ca_file: certificate authorities to trust instead of the default ones.
        wait: seconds in which the provider may start.
        data: the provider's reference data; see `SampleRequests.reference_data`.
        policy: what the provider is held to.
        shard: part of the operations and scenarios to verify.
    """

    vendor: str
    url: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: int = 100
    seed: int = 1
    phases: tuple[str, ...] = ALL_PHASES
    seconds: float = 30.0
    interval: float = 0.0
    safe: bool = False
    tag: str = ""
    ca_file: Path | None = None
    wait: float = 0.0
    data: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy = DEFAULT
    shard: Shard = WHOLE
