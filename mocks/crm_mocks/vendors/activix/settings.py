"""The settings of the Activix receiver."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.settings import VendorSettings, numbers, one_of, setting, switch, text, whole_number

_PATH: Final = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+", re.ASCII)


def url_path(raw: Any) -> str:
    """Parse the path of a URL, such as `/hooks/activix`, other than the host's own paths."""
    if isinstance(raw, str) and _PATH.fullmatch(raw) and not raw.startswith(("/~", "/__", "/openapi/")):
        return raw
    raise ValueError("the path of a URL, such as /hooks/activix")


@dataclass(frozen=True)
class ActivixSettings(VendorSettings):
    """Settings of the receiver."""

    path: str = setting("/activix/leads", "Path that leads are pushed to.", url_path, process=True)
    known_accounts: tuple[int, ...] = setting((44, 66), "Ids of the known accounts (dealers).", numbers)
    signature_key: str = setting(
        "", "Key of X-Activix-Signature; if set, the signature is required in place of Basic and OAuth 2.", text
    )
    created_body: str = setting(
        "2018-07",
        "Body of the response 200: empty (2018-07), or the message of later documents (2018-11).",
        one_of("2018-07", "2018-11"),
    )
    open_enums: bool = setting(
        default=False, help="Accept values beyond those that the documents of 2018 list.", parse=switch
    )
    iso_provinces: bool = setting(
        default=False, help="Accept provinces of one to three letters or digits, as in ISO 3166-2.", parse=switch
    )
    token_seconds: int = setting(3600, "Life of an access token in seconds.", whole_number(1, 1_000_000_000))
    leads: int = setting(0, "Generated leads that a session starts with.", whole_number(0, 1000))
