"""`crm-mocks check`: recorded traffic, held to the contracts from both sides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from crm_contracts.commands.examined import REPORTS, tell
from crm_contracts.commands.options import FILE, attempt, report_options
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.examination.examination import Examination, Examiner

_TITLE: Final = "Recorded traffic"


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option("--vendor", "vendors", multiple=True, metavar="VENDOR", help="Hold it to this contract only; repeatable.")
@click.option("--base-url", metavar="URL", help="Where the provider is; what went elsewhere is left alone.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@report_options(REPORTS)
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Hold recorded traffic to the contracts: requests and answers, saying whether client or provider is at fault.

    FILE is a HAR, a VCR cassette, or what GET /__admin/requests has given. Requests are known by method and path,
    whatever host they went to and whatever stands before the path. The exit code is 1 if a contract was broken.
    """
    examiner = _examiner(options)
    steps: list[Callable[[], None]] = [partial(_examine, examiner, path) for path in files]
    attempt([*steps, lambda: tell(_examined(examiner, options["vendors"]), options)])
    return examiner.examination().exit_code()


def _examined(examiner: Examiner, vendors: tuple[str, ...]) -> Examination:
    """Return the examination, which must be of something: with a wrong URL or vendor, all would pass every time.

    Where no vendors are named it is about those that were called.
    """
    if not examiner.examination().is_of_something:
        examiner.complain("Nothing was checked: no request is for an operation of the contracts.")
    return examiner.examination() if vendors else examiner.examination().about_called()


def _examiner(options: dict[str, Any]) -> Examiner:
    from crm_contracts.examination.examination import Examiner
    from crm_contracts.examination.judge import Judge
    from crm_mocks.cli.inputs import load_settings

    base_url = options["base_url"] or ""
    if base_url and not _is_url(base_url):
        raise UsageError(f"--base-url {base_url}: wants a URL such as https://crm.example.com/api")
    settings = load_settings(options["config"], options["assignments"], options["vendors"])
    return Examiner(Judge(options["vendors"], settings, base_url), _TITLE)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _examine(examiner: Examiner, path: Path) -> None:
    """Examine the exchanges of a file, up to the first that cannot be read.

    Raises:
        UsageError: the file or one of its exchanges cannot be read.
    """
    from crm_contracts.recordings import read

    examiner.subject(str(path))
    try:
        for exchange in read(path):
            examiner.add(exchange)
    except UsageError as error:
        examiner.complain(str(error))
        raise
