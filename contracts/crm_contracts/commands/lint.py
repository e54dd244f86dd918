"""`crm-mocks lint`: find what makes mocks, fuzz, sweep, verify or coverage blind in any contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crm_contracts.commands.value_completion import rule_ids
from crm_contracts.report.formats import FORMATS
from crm_contracts.report.output import print_report, report_files, report_options, run_all, write_report
from crm_mocks.cli.choice import Choice
from crm_mocks.cli.progress import Progress, progress
from crm_mocks.cli.value_completion import vendors_or_files
from crm_mocks.errors import ContractError, UsageError

if TYPE_CHECKING:
    from crm_contracts.lint.registry import AnyRule, LintRule, Severity
    from crm_contracts.lint.runner import LintResult
    from crm_contracts.report.document import Report

_LIMIT: Final = 10
"""Findings that the text shows for each rule, unless rules are named."""

_OF_VENDORS: Final = ("handler-exists",)
"""House rules that make sense only for the contract of a vendor."""


@dataclass(frozen=True)
class _Target:
    """A contract to check.

    Attributes:
        path: the file.
        vendor: name of the vendor that the user named; empty for a file.
    """

    path: Path
    vendor: str = ""


@dataclass(frozen=True)
class _Selection:
    """The rules to run.

    Attributes:
        author: rules for any contract.
        house: rules for our own contracts; none without `--strict`.
    """

    author: Sequence[LintRule[Any]]
    house: Sequence[LintRule[Any]]

    @property
    def all(self) -> list[AnyRule]:
        """All rules."""
        return [*self.author, *self.house]


@click.command("lint")
@click.argument("contracts", metavar="[FILE|VENDOR]...", nargs=-1, shell_complete=vendors_or_files)
@click.option(
    "--rule", "only", metavar="ID", multiple=True, shell_complete=rule_ids, help="Run only this rule; repeatable."
)
@click.option(
    "--ignore", metavar="ID", multiple=True, shell_complete=rule_ids, help="Do not run this rule; repeatable."
)
@click.option("--strict", is_flag=True, help="Run the house rules of our own contracts too; warnings fail.")
@click.option(
    "--fail-on",
    type=Choice(["error", "warning"]),
    help="Lowest severity that ends with exit code 1.  [default: error, with --strict warning]",
)
@click.option(
    "--format",
    "form",
    type=Choice(["text", *FORMATS, "github", "sarif"]),
    default="text",
    show_default=True,
    help="Form of what is printed.",
)
@click.option("--list", "list_rules", is_flag=True, help="List the rules with their reasons and fixes.")
@report_options
def command(contracts: tuple[str, ...], **options: Any) -> int:
    """Find what makes mocks, fuzz, sweep, verify or coverage blind in an OpenAPI contract of version 3.0 or 3.1.

    The exit code is 0 if nothing is found that fails, 1 for errors (operations that cannot be served, references that
    lead nowhere) and, with --strict or --fail-on warning, for warnings, and 2 if a file cannot be read.
    """
    from crm_contracts.lint.registry import Severity

    rules = _selected(options["only"], options["ignore"], strict=options["strict"])
    if options["list_rules"]:
        click.echo(
            "\n\n".join(f"{rule.id} ({rule.severity})\n  why: {rule.why}\n  fix: {rule.fix}" for rule in rules.all)
        )
        return 0
    targets = list(_targets(contracts))
    if not targets:
        raise UsageError("name a contract: crm-mocks lint FILE")
    with progress("lint") as shown:
        results, unreadable = _check(targets, rules, shown)
    if not results:
        raise UsageError("; ".join(unreadable))
    fail_on = Severity(options["fail_on"] or ("warning" if options["strict"] else "error"))
    document = _report(results, rules, fail_on, limit=None if options["only"] else _LIMIT)
    steps = [
        partial(write_report, document, report_files(options)),
        partial(_print, options["form"], document, results, rules),
        partial(_refuse, unreadable),
    ]
    return run_all(steps, 0 if document.passed else 1)


def _selected(only: Iterable[str], ignored: Iterable[str], *, strict: bool) -> _Selection:
    """Return the rules to run.

    Raises:
        UsageError: a rule does not exist.
    """
    from crm_contracts.lint.author.runner import author_rules
    from crm_contracts.lint.runner import rules as house_rules
    from crm_mocks.nearest_name import did_you_mean

    author, house = author_rules(), house_rules()
    known = [rule.id for rule in author] + [rule.id for rule in house]
    for name in (*only, *ignored):
        if name not in known:
            raise UsageError(
                f"there is no rule '{name}'{did_you_mean(name, known)}: see crm-mocks lint --list --strict"
            )
    wanted = (set(only) or set(known)) - set(ignored)
    return _Selection(
        [rule for rule in author if rule.id in wanted],
        [rule for rule in house if rule.id in wanted]
        if strict or not set(only) <= {rule.id for rule in author}
        else [],
    )


def _targets(names: Iterable[str]) -> Iterator[_Target]:
    """Yield the contracts that the user names; those of `--contract` if none is named.

    Raises:
        UsageError: a name is neither a file nor a vendor.
    """
    from crm_mocks.nearest_name import did_you_mean
    from crm_mocks.vendor import vendor_names
    from crm_mocks.vendor_sources import active

    supplied = [contract.name for contract in active().contracts]
    for name in tuple(names) or supplied:
        if name in vendor_names():
            yield _Target(_contract_of(name), name)
        elif Path(name).exists() or any(each in name for each in "./\\"):
            yield _Target(Path(name))
        else:
            hint = did_you_mean(name, vendor_names())
            raise UsageError(f"'{name}' is neither a file nor a vendor{hint}: vendors are {', '.join(vendor_names())}")


def _contract_of(vendor: str) -> Path:
    """Return the file of a vendor's contract."""
    from crm_mocks.cli.vendors import default_contract
    from crm_mocks.contract.source import directory
    from crm_mocks.vendor import load_vendor

    supplied = default_contract(load_vendor(vendor)).supplied
    return directory() / f"{vendor}.yaml" if supplied is None else supplied.path


def _check(targets: Iterable[_Target], rules: _Selection, shown: Progress) -> tuple[dict[Path, LintResult], list[str]]:
    """Return the results by file, and what is wrong with files that cannot be read."""
    from crm_contracts.lint.author.runner import check_contract
    from crm_contracts.lint.runner import check_file

    results: dict[Path, LintResult] = {}
    unreadable: list[str] = []
    for target in targets:
        try:
            shown.start(f"lint {target.path.name}")
            result = check_contract(target.path, shown.each(rules.author, "rules", len(rules.author)))
            house = [rule for rule in rules.house if target.vendor or rule.id not in _OF_VENDORS]
            if house:
                found = check_file(target.path, target.vendor, house)
                result = replace(
                    result,
                    outcomes=found.outcomes,
                    findings=[*result.findings, *found.findings],
                    not_run=found.not_run,
                )
        except ContractError as error:
            unreadable.append(str(error))
        else:
            results[_shown(target.path)] = result
    return results, unreadable


def _shown(path: Path) -> Path:
    """Return a path as short as possible: relative to the working folder if it is below it."""
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def _report(results: Mapping[Path, LintResult], rules: _Selection, fail_on: Severity, limit: int | None) -> Report:
    from crm_contracts.lint.report import report

    return report(results, rules.all, title="Lint rules", fail_on=fail_on, limit=limit)


def _print(form: str, document: Report, results: Mapping[Path, LintResult], rules: _Selection) -> None:
    if form == "text":
        print_report(document)
    elif form == "github":
        from crm_contracts.lint import github

        click.echo(github.render(results), nl=False)
    elif form == "sarif":
        from crm_contracts.lint import sarif

        click.echo(sarif.render(results, rules.all), nl=False)
    else:
        from crm_contracts.report.formats import render

        click.echo(render(document, form), nl=False)


def _refuse(unreadable: list[str]) -> None:
    if unreadable:
        raise UsageError("; ".join(unreadable))
