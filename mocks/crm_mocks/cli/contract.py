"""`crm-mocks contract`: the contract in force as plain OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from crm_mocks.cli.choice import Choice
from crm_mocks.cli.progress import progress
from crm_mocks.cli.value_completion import vendor_assignments, vendors_or_files

_FORMATS: Final = ("yaml", "json")


@click.command("contract")
@click.argument("source", metavar="VENDOR", shell_complete=vendors_or_files)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=vendor_assignments,
    help="Value of a setting that the contract depends on; repeatable.",
)
@click.option(
    "--format", "form", type=Choice(_FORMATS), default=_FORMATS[0], show_default=True, help="Format of the output."
)
@click.option(
    "--with-refused-examples",
    is_flag=True,
    help="List refused requests among the examples, for tools that pair requests and responses by name.",
)
def command(source: str, assignments: tuple[str, ...], form: str, *, with_refused_examples: bool) -> None:
    """Print the contract in force as plain OpenAPI, for generators, validators and other tools.

    VENDOR may also be the path of a contract.
    """
    from crm_mocks.contract.published_form import publish
    from crm_mocks.vendor.contract_variants import document_in_force

    with progress("reading the contract"):
        document = document_in_force(_document(source), _settings(source, assignments), source)
        published = publish(document, refused_examples=with_refused_examples)
    if form == "json":
        import orjson

        click.echo(orjson.dumps(published, option=orjson.OPT_INDENT_2).decode())
    else:
        from crm_mocks.cli.yaml_text import yaml_text

        click.echo(yaml_text(published), nl=False)


def _document(source: str) -> Mapping[str, Any]:
    """Return the contract of a vendor or of a file, with all its variants.

    Raises:
        ContractError: the file is not a contract.
        UsageError: there is no such vendor.
    """
    from crm_mocks.cli.vendors import written_contract
    from crm_mocks.contract.source import read
    from crm_mocks.contract.variant_problems import expand_checked
    from crm_mocks.errors import ContractError
    from crm_mocks.files.reading import real_path
    from crm_mocks.supplied import read_contract
    from crm_mocks.supplied.outer_references import refers_to_others
    from crm_mocks.vendor import load_vendor, vendor_names

    path = Path(source)
    if source not in vendor_names() and (path.exists() or re.search(r"[./\\]", source)):
        try:
            published = read(path)[0]
        except ContractError:  # not OpenAPI 3.0, or JSON
            return read_contract(real_path(path), path.stem).published
        if refers_to_others(published):
            return read_contract(real_path(path), path.stem).published
        return expand_checked(published, source, path)
    return written_contract(load_vendor(source))


def _settings(vendor: str, assignments: Iterable[str]) -> dict[str, str]:
    """Return values by name of the setting; the name may start with the vendor's, as for `crm-mocks serve`.

    Raises:
        UsageError: an assignment has no value.
    """
    from crm_mocks.errors import UsageError

    settings: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment}: must be <setting>=<value>")
        settings[name.strip().removeprefix(f"{Path(vendor).stem}.")] = value
    return settings
