"""Reads settings, records and replayed responses from options and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_mocks.options import ReplayedResponse


def load_settings(config: Path | None, assignments: Iterable[str], vendors: Iterable[str]) -> dict[str, Any]:
    """Return settings by `<vendor>.<name>`: those of the file, overridden by assignments.

    Args:
        config: file with one section per vendor, or `None`.
        assignments: strings such as `<vendor>.<name>=<value>`.
        vendors: vendors to serve; empty for all. Sections of other vendors are ignored, so one file can serve all runs.

    Raises:
        UsageError: the file cannot be read or has a wrong structure, or an assignment is malformed.
    """
    from crm_mocks.parsing.user_files import read_data_file
    from crm_mocks.settings import from_config

    settings: dict[str, Any] = {}
    if config is not None:
        sections = read_data_file(config, "--config")
        settings.update(from_config(_without_unserved(sections, vendors), str(config)))
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment}: must be <vendor>.<setting>=<value>")
        settings[key.strip()] = value
    return settings


def load_records(seed_file: Path | None, vendors: Iterable[str]) -> dict[str, Any]:
    """Return the starting records of sessions, by vendor and kind.

    Args:
        seed_file: YAML or JSON file with `{<vendor>: {<kind>: [<record>, …]}}`, or `None`.
        vendors: vendors to serve; empty for all. Sections of other vendors are ignored.

    Raises:
        UsageError: the file cannot be read or has a wrong structure.
    """
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(seed_file, "--seed-file") if seed_file is not None else None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(f"{seed_file}: must have one section per vendor, each with records as `kind: [record, …]`")
    return dict(_without_unserved(data, vendors))


def load_replayed(files: Iterable[Path]) -> tuple[ReplayedResponse, ...]:
    """Return the responses that sessions start with, in the order of the files, not validated yet.

    Args:
        files: JSON or YAML files, each with a body of `POST /__admin/responses` or a list of such bodies.

    Raises:
        UsageError: a file cannot be read.
    """
    return tuple(response for file in files for response in _replayed(file))


def _replayed(file: Path) -> Iterator[ReplayedResponse]:
    from crm_mocks.options import ReplayedResponse
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(file, "--replay")
    if not isinstance(data, list):
        yield ReplayedResponse(str(file), data)
        return
    for number, values in enumerate(data, 1):
        yield ReplayedResponse(f"{file}, response {number}", values)


def _without_unserved(sections: Any, vendors: Iterable[str]) -> Any:
    """Drop the sections of vendors that exist but are not served."""
    from crm_mocks.vendor import vendor_names

    selected = set(vendors)
    if not selected or not isinstance(sections, Mapping):
        return sections
    others = set(vendor_names()) - selected
    return {name: section for name, section in sections.items() if name not in others}
