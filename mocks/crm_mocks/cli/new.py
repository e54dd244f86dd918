"""`crm-mocks new`: a working folder for a vendor, made from its contract."""

from __future__ import annotations

from pathlib import Path

import click

from crm_mocks.cli.progress import progress


@click.command("new")
@click.argument("name")
@click.option(
    "--contract",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="OpenAPI contract of the CRM, which is copied.",
)
@click.option(
    "--to",
    "parent",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Folder in which the folder NAME is made.  [default: the working folder]",
)
def command(name: str, contract: Path, parent: Path) -> None:
    """Make a folder for the mock of a CRM: its contract, a class for what a contract cannot say, a test, and a page of
    its outcomes.

    The folder is a vendor like the others: `--vendor-dir DIR` finds it.
    """
    from crm_mocks.cli.new_vendor import write_vendor

    with progress("reading the contract"):
        folder = write_vendor(name, contract, parent)
    for file in sorted(each.relative_to(folder) for each in folder.rglob("*") if each.is_file()):
        click.echo(f"wrote {folder / file}")
    click.echo(
        f"""
Next:
  1. crm-mocks serve {name} --vendor-dir {folder}
  2. cd {folder} && pytest
  3. add a rule of the CRM to {folder / "__init__.py"}: its comment shows one"""
    )
