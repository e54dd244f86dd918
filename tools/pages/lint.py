"""docs/lint.md: the command `lint` and the rules for authors of contracts."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.lint.author.runner import author_rules
from crm_contracts.lint.registry import Severity
from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "lint.md"
_INTRODUCTION = """\
`crm-mocks lint [OPTIONS] [FILE|VENDOR]...` finds what makes mocks, `fuzz`, `sweep`, `verify` or coverage blind in a
contract: any OpenAPI document of version 3.0 or 3.1, YAML or JSON, in one file or several. Each finding has its file
and line, the reason of the rule, and a fix. Without arguments it checks the contracts of `--contract`.

```console
$ crm-mocks lint leadbank
$ crm-mocks lint leadbank activix --ignore operation-id-present --fail-on warning
$ crm-mocks lint crmcom --format github
```

An *error* is what the mock cannot serve; a *warning* is what it serves, but nothing checks. The exit code is 1 for
errors, with `--fail-on warning` or `--strict` for warnings too, and 2 if a file cannot be read."""

_OPTIONS = [
    ["`--rule ID`", "Run only this rule; repeatable. All its findings are shown, otherwise ten for each rule."],
    ["`--ignore ID`", "Do not run this rule; repeatable."],
    ["`--fail-on error|warning`", "Lowest severity that ends with exit code 1."],
    [
        "`--strict`",
        "Run the house rules of our own contracts too; those that do not apply to OpenAPI 3.1 are named with the "
        "reason. Warnings fail. "
        "`python -m crm_contracts.lint` runs the house rules alone.",
    ],
    [
        "`--format NAME`",
        "What is printed: `text`, `github` (annotations of a pull request), `sarif`, `json`, `junit`, `html` or "
        "`markdown`.",
    ],
    ["`--json`, `--junit`, `--html`, `--markdown FILE`", "Write a report too."],
    ["`--list`", "List the rules, with `--strict` the house rules too."],
]
_MARKS = """\
Two marks state an intention: `x-any-type: true` in a schema whose values may be anything, and
`security: []` for an operation that needs no credentials. A request example that has the name of an error's example is
meant to be refused."""
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings"}


def render(_: Iterable[Vendor]) -> str:
    """Return the page."""
    options = table(["Option", "Meaning"], _OPTIONS)
    return page("crm-mocks lint", _INTRODUCTION, [options, _MARKS, *map(_section, Severity)])


def _section(severity: Severity) -> str:
    rows = [[code(rule.id), rule.why, rule.fix] for rule in author_rules() if rule.severity is severity]
    return f"## {_HEADINGS[severity]}\n\n{table(['Rule', 'Why', 'Fix'], rows)}"
