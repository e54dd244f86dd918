"""What the user wrote on the command line and in files, brought into the form that the suite takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_mocks.options import ReplayedResponse


def settings_of(config: Path | None, assignments: Iterable[str], vendors: Iterable[str]) -> dict[str, Any]:
    """Return settings by `<vendor>.<name>`: those of the file, overridden by those of the command line.

    Args:
        config: file with one section per vendor, or `None`.
        assignments: `<vendor>.<name>=<value>` each.
        vendors: who is to be served; empty for all. The file may speak of others too, so that one file does for all.

    Raises:
        UsageError: the file cannot be read or has another form, or an assignment is none.
    """
    from crm_mocks.parsing.user_files import read_data_file
    from crm_mocks.settings import from_config

    settings: dict[str, Any] = {}
    if config is not None:
        sections = read_data_file(config, "--config")
        settings.update(from_config(_served(sections, vendors), str(config)))
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment}: wants <vendor>.<setting>=<value>")
        settings[key.strip()] = value
    return settings


def records_of(seed_file: Path | None, vendors: Iterable[str]) -> dict[str, Any]:
    """Return the records that sessions start with, by vendor and kind.

    Args:
        seed_file: YAML or JSON, `{<vendor>: {<kind>: [<record>, …]}}`, or `None`.
        vendors: who is to be served; empty for all.

    Raises:
        UsageError: the file cannot be read or has another form.
    """
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(seed_file, "--seed-file") if seed_file is not None else None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(f"{seed_file}: wants one section per vendor, each with records as `kind: [record, …]`")
    return dict(_served(data, vendors))


def replayed_of(files: Iterable[Path]) -> tuple[ReplayedResponse, ...]:
    """Return the answers that sessions begin with, in the order of the files. They are not looked into yet.

    Args:
        files: JSON or YAML, each with the body of `POST /__admin/responses`, or a list of such bodies.

    Raises:
        UsageError: a file cannot be read.
    """
    return tuple(answer for file in files for answer in _replayed(file))


def _replayed(file: Path) -> Iterator[ReplayedResponse]:
    from crm_mocks.options import ReplayedResponse
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(file, "--replay")
    if not isinstance(data, list):
        yield ReplayedResponse(str(file), data)
        return
    for number, values in enumerate(data, 1):
        yield ReplayedResponse(f"{file}, answer {number}", values)


def _served(sections: Any, vendors: Iterable[str]) -> Any:
    """Leave out sections of vendors that exist but are not served."""
    from crm_mocks.vendor import vendor_names

    chosen = set(vendors)
    if not chosen or not isinstance(sections, Mapping):
        return sections
    others = set(vendor_names()) - chosen
    return {name: section for name, section in sections.items() if name not in others}
