"""`crm-mocks run`: a client's own command under the mocks, and the verdict on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import report_files, report_options, tell
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.run.runner import Asked, Outcome

_FILE = click.Path(path_type=Path)


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.option("--vendor", "vendors", multiple=True, metavar="VENDOR", help="Cover its operations, not those called.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: a free port.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Stop all clocks at this moment, such as 2026-01-31T12:00:00Z.")
@click.option("--config", type=_FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@click.option("--seed-file", type=_FILE, metavar="FILE", help="Records that each session starts with, YAML or JSON.")
@click.option("--tls", is_flag=True, help="Serve HTTPS; CRM_MOCKS_CA_FILE names the authority to trust.")
@click.option("--trust", is_flag=True, help="With --tls, have OpenSSL, requests, curl and Node.js trust it.")
@click.option("--allow", multiple=True, metavar="OP:OUTCOME", help="Allow mistakes answered so; repeatable.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="Known debts, which do not fail the run.")
@click.option("--write-baseline", type=_FILE, metavar="FILE", help="Write what is broken now as a baseline.")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=300.0, show_default=True, help="Seconds for CMD."
)
@report_options
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED)
def command(fail_under: float | None, write_baseline: Path | None, **options: Any) -> int:
    """Run CMD, a client's tests in any language, under the mocks, and judge what it did.

    CMD finds the mocks by CRM_MOCKS_URL, CRM_MOCKS_<VENDOR>_URL and CRM_MOCKS_READY_FILE. The exit code is CMD's own if
    it fails, else 1 if the contract was broken or coverage is under --fail-under.
    """
    from crm_contracts.run.runner import carry_out

    files = report_files(options)
    outcome = carry_out(_asked(options), lambda line: click.echo(f"crm-mocks: {line}", err=True))
    failures = _told(outcome, files, fail_under, write_baseline)
    if outcome.ended.stopped:
        failures.insert(0, outcome.verdict.complaints[0])
    if failures:
        raise UsageError("; ".join(failures))
    if outcome.ended.code:
        return outcome.ended.code
    return 1 if outcome.strayed else outcome.verdict.exit_code(fail_under)


def _asked(options: dict[str, Any]) -> Asked:
    """Return what the command line asks for, its files read."""
    from crm_contracts.run.runner import Asked
    from crm_contracts.verdict.baseline import read
    from crm_mocks.cli.inputs import records_of, settings_of

    return Asked(
        command=options["cmd"],
        serving={
            **{name: options[name] for name in ("port", "seed", "now", "tls")},
            "settings": settings_of(options["config"], options["assignments"], ()),
            "records": records_of(options["seed_file"], ()),
        },
        vendors=options["vendors"],
        allow=options["allow"],
        debts=read(options["baseline"]) if options["baseline"] is not None else (),
        seconds=options["timeout"],
        trust=options["trust"],
    )


def _told(outcome: Outcome, files: dict[str, Path], fail_under: float | None, write_baseline: Path | None) -> list[str]:
    """Print the verdict and write all files that can be written; return what is wrong with the others."""
    from crm_contracts.verdict import baseline

    failures = []
    click.echo()  # the command may not have ended its last line
    try:
        tell(outcome.verdict, files, fail_under)
    except UsageError as error:
        failures.append(str(error))
    if write_baseline is not None:
        try:
            baseline.write_baseline(write_baseline, outcome.verdict)
        except UsageError as error:
            failures.append(str(error))
    return failures
