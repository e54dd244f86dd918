"""docs/dependencies.md: what is installed with crm-mocks, why, in which versions, and under which licence."""

from __future__ import annotations

from importlib.metadata import distribution

from crm_mocks.vendor import Vendor
from tools.dependencies.declared import ALWAYS, FOR_USERS, Declared, declared
from tools.dependencies.licences import ACCEPTED, licence_of
from tools.pages.markdown import code, page, table

NAME = "dependencies.md"
_HEADS = ("package", "versions", "licence", "why")
_INTRODUCTION = """\
What is installed with crm-mocks, from `pyproject.toml` and the metadata of the packages. Upper bounds, and lower ones
that a test needed, have their reason in the last column. [Install](install.md#what-a-release-is-tried-with) says which
versions are tested."""
_LICENCES = """\
A test fails if a package in these tables, or one that it needs in turn, has a licence other than these: {accepted}
(`BSD` where the metadata does not say which). The other extras, `test`, `dev`, `site` and `delivery`, are for work on
the project; `delivery` includes programs under the GPL, which tests run and nothing of ours contains."""


def render(_vendors: list[Vendor]) -> str:
    """Return the page."""
    requirements = declared()
    groups = [("## Always", ALWAYS), *((f"## Extra `{name}`", name) for name in FOR_USERS)]
    sections = [
        f"{heading}\n\n{table(_HEADS, [_row(each) for each in requirements if each.group == group])}"
        for heading, group in groups
    ]
    accepted = ", ".join(sorted(ACCEPTED))
    return page("Dependencies", _INTRODUCTION, [*sections, f"## Licences\n\n{_LICENCES.format(accepted=accepted)}"])


def _row(each: Declared) -> tuple[str, str, str, str]:
    marker = each.requirement.marker
    where = f", if {code(str(marker))}" if marker else ""
    versions = ", ".join(sorted(map(str, each.requirement.specifier), reverse=True))
    return (code(each.name), f"{versions}{where}", licence_of(distribution(each.name)), each.reason)
