"""Load the version of a contract given as a vendor, a file or a URL, with optional settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_contracts.commands.contract_documents import fetch_contract, read_contract_file
from crm_mocks.cli.streams import complain
from crm_mocks.contract.variant_problems import expand_checked
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import real_path
from crm_mocks.nearest_name import did_you_mean

_SETTINGS: Final = re.compile(r"(?P<source>.+)@(?P<settings>\w+=[^@]*)", re.DOTALL)
_SETTING_SEPARATOR: Final = re.compile(r",(?=\w+=)")
_URL: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class ContractSource:
    """A version of a contract.

    Attributes:
        name: name as written by the user.
        document: OpenAPI document.
    """

    name: str
    document: Mapping[str, Any]


def source_of(name: str) -> ContractSource:
    """Return the version of a contract that a user specifies.

    Args:
        name: a vendor, a file, or a URL on a loopback host, optionally followed by `@setting=value[,setting=value]`
            to select a variant other than that of the default settings.

    Raises:
        UsageError: the contract does not exist or cannot be read, or the setting is unknown.
        ContractError: a variant of the contract matches nothing.
    """
    match = _SETTINGS.fullmatch(name)
    source, settings = (match["source"], _settings(match["settings"])) if match else (name, {})
    from crm_mocks.vendor.contract_variants import document_in_force

    document = _document(source)
    return ContractSource(name, document_in_force(document, settings, source))


def _document(source: str) -> Mapping[str, Any]:
    """Return the document of a source with all its variants."""
    from crm_mocks.cli.vendors import written_contract
    from crm_mocks.supplied.outer_references import has_network_references, refers_to_others, without_network
    from crm_mocks.vendor import load_vendor, vendor_names

    if source in vendor_names():
        return written_contract(load_vendor(source))
    if _URL.match(source):
        return expand_checked(fetch_contract(source), source)
    if not Path(source).exists() and not re.search(r"[./\\]", source):
        hint = did_you_mean(source, vendor_names())
        raise UsageError(f"'{source}' is neither a file nor a vendor{hint}: vendors are {', '.join(vendor_names())}")
    path = Path(source)
    document = read_contract_file(path)
    if not refers_to_others(document):
        return expand_checked(document, source, path)
    from crm_mocks.supplied import read_contract

    published: Mapping[str, Any] = read_contract(real_path(path), path.stem).published
    if has_network_references(published):
        note = "references to the network are never read; what they lead to counts as any value"
        complain(f"{source}: {note}")
        published = without_network(published)
    return published


def _settings(text: str) -> dict[str, str]:
    pairs = (assignment.partition("=") for assignment in _SETTING_SEPARATOR.split(text))
    return {name: value for name, _, value in pairs}
