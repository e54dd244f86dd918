"""`crm-mocks learn`: draft a contract from recorded traffic or a Postman collection."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import FILE
from crm_mocks.cli.progress import progress
from crm_mocks.cli.streams import complain
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.learn import Draft


@click.command("learn")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option("--output", "-o", default="-", metavar="FILE", help="The contract; - is stdout.  [default: -]")
@click.option("--force", is_flag=True, help="Replace the output file.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Host of the API, with its port; repeatable.")
@click.option("--url", default="", metavar="URL", help="Base URL of the API; other requests are ignored.")
@click.option("--title", default="", metavar="TEXT", help="Title of the contract.  [default: from the file]")
@click.option("--no-examples", is_flag=True, help="Leave out examples, which are recorded data.")
def command(files: tuple[Path, ...], output: str, **options: Any) -> int:
    """Draft a contract from recorded traffic or a Postman collection.

    FILE is a HAR, a VCR cassette, a journal of the mocks, or a Postman collection; several are merged.
    The draft is OpenAPI 3.0.3, and accepts what was recorded. `x-guess` marks what the evidence does not settle.
    Credentials are left out.
    """
    from crm_mocks.cli.yaml_text import yaml_text

    target = None if output == "-" else Path(output)
    if target is not None and target.exists() and not options["force"]:
        raise UsageError(f"{target} exists: use --force to replace it")
    with progress("learn") as shown:
        draft = _draft(shown.each(files, "files", len(files)), files[0].stem, options)
    text = yaml_text(draft.document)
    if target is None:
        click.echo(text, nl=False)
    else:
        from crm_contracts.report.files import write

        write(target, text, "the contract")
    click.echo(
        f"{target or 'draft'}: {_counted(draft.operations, 'operation')} from {_counted(draft.samples, 'request')}, "
        f"{_counted(draft.guesses, 'guess', 'guesses')} marked x-guess",
        err=True,
    )
    return 0


def _draft(files: Iterable[Path], stem: str, options: dict[str, Any]) -> Draft:
    from crm_contracts.learn import Scope, draft, read_samples, select

    scope = Scope(options["hosts"], options["url"])
    samples = [sample for path in files for sample in read_samples(path, complain)]
    chosen = select(samples, scope, complain)
    title = options["title"] or chosen[0].title or stem
    return draft(chosen, title, has_examples=not options["no_examples"], url=options["url"])


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
