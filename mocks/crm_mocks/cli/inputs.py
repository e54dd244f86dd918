"""Reads settings, records and replayed responses from options and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_mocks.options import ReplayedResponse

_RESPONSES: Final = "responses"
"""Section of a seed file beside those of the vendors."""


def load_settings(config: Path | None, assignments: Iterable[str], vendors: Iterable[str]) -> dict[str, Any]:
    """Return settings by `<vendor>.<name>`: those of the file, overridden by assignments.

    Args:
        config: file with one section per vendor, or `None`.
        assignments: strings such as `<vendor>.<name>=<value>`.
        vendors: vendors to serve; empty for all. Sections of other vendors are ignored, so one file can serve all runs.

    Raises:
        UsageError: the file cannot be read or has a wrong structure, or an assignment is malformed or repeated.
    """
    from crm_mocks.parsing.user_files import read_data_file
    from crm_mocks.settings import from_config

    settings: dict[str, Any] = {}
    if config is not None:
        sections = read_data_file(config, "--config")
        settings.update(from_config(_without_unserved(sections, vendors), str(config)))
    assigned: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment}: must be <vendor>.<setting>=<value>")
        if key.strip() in assigned:
            raise UsageError(f"--set {key.strip()} is given twice: '{assigned[key.strip()]}' and '{value}'")
        assigned[key.strip()] = value
    return {**settings, **assigned}


def load_seed(seed_file: Path | None, vendors: Iterable[str]) -> tuple[dict[str, Any], tuple[ReplayedResponse, ...]]:
    """Return the starting records of sessions, by vendor and kind, and the responses that sessions start with.

    Args:
        seed_file: YAML or JSON file with `{<vendor>: {<kind>: [<record>, …]}, responses: [<response>, …]}`, or `None`.
        vendors: vendors to serve; empty for all. Sections of other vendors are ignored.

    Raises:
        UsageError: the file cannot be read or has a wrong structure.
    """
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(seed_file, "--seed-file") if seed_file is not None else None
    if data is None:
        return {}, ()
    if not isinstance(data, dict):
        raise UsageError(f"{seed_file}: must have one section per vendor, each with records as `kind: [record, …]`")
    responses = data.pop(_RESPONSES, None) or []
    if not isinstance(responses, list):
        raise UsageError(f"{seed_file}: '{_RESPONSES}' must be a list of bodies of POST /__admin/responses")
    return dict(_without_unserved(data, vendors)), tuple(_seeded_responses(seed_file, responses, vendors))


def _seeded_responses(
    seed_file: Path | None, responses: list[Any], vendors: Iterable[str]
) -> Iterator[ReplayedResponse]:
    """Yield the responses of a seed file, without those of vendors that exist but are not served."""
    from crm_mocks.options import ReplayedResponse

    unserved = _unserved(vendors)
    for number, values in enumerate(responses, 1):
        operation = values.get("operation") if isinstance(values, Mapping) else None
        if str(operation).partition(".")[0] not in unserved:
            yield ReplayedResponse(f"{seed_file}, response {number}", values)


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
    if not isinstance(sections, Mapping):
        return sections
    others = _unserved(vendors)
    return {name: section for name, section in sections.items() if name not in others}


def _unserved(vendors: Iterable[str]) -> set[str]:
    from crm_mocks.vendor import served_names, vendor_names

    return set(vendor_names()) - set(tuple(vendors) or served_names())
