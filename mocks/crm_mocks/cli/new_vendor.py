"""The files of a new vendor: contract, class, test, settings and page of outcomes."""

from __future__ import annotations

import pprint
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from crm_mocks.errors import UsageError
from crm_mocks.files.reading import real_path
from crm_mocks.missing_contract import missing_contract
from crm_mocks.vendor_sources import NamedContract

if TYPE_CHECKING:
    from crm_mocks.cli.curl import ExampleRequest, RequestCredentials
    from crm_mocks.contract import Contract, Operation
    from crm_mocks.vendor import Vendor

_CLASS: Final = '''\
"""{title}: what its contract cannot say."""

from __future__ import annotations

from crm_mocks.vendor import GenericVendor, MockResponse, RequestContext


class {class_name}(GenericVendor):
    """{title}."""

    async def respond(self, context: RequestContext) -> MockResponse:
        """Respond to a valid request.

        Add rules of the CRM here; `outcomes.md` lists operations and outcomes. This rule refuses an address of
        example.com (`DocumentedRefusal` is imported from `crm_mocks.vendor`):

            if context.operation is not None and context.operation.id == "{operation}":
                if context.body["email"].endswith("@example.com"):
                    raise DocumentedRefusal(context, "{refusal}")
        """
        return await super().respond(context)
'''

_TEST: Final = '''\
"""A client of {title} against its mock: run it with `pytest` in the folder above."""

import httpx


def test_{function}({name}):
    response = httpx.request(
        "{method}",
        f"{{{name}.url}}{path}",
{arguments}    )
    assert response.status_code == {status}, response.text
    assert [request.operation for request in {name}.requests] == ["{key}"]
'''

_SETTINGS: Final = """\
[tool.crm-mocks]
vendor-dir = "."

[tool.pytest.ini_options]
testpaths = ["tests"]
"""


def write_vendor(name: str, contract: Path, parent: Path) -> Path:
    """Write the folder of a new vendor and return it.

    Args:
        name: name of the vendor.
        contract: its contract, which is copied with the files beside it that it refers to.
        parent: folder in which the vendor's is made.

    Raises:
        UsageError: the name cannot be that of a vendor or is taken, or the folder exists.
        ContractError: the contract cannot be used.
    """
    from crm_mocks.cli.vendors import default_contract
    from crm_mocks.vendor import create_generic_vendor, vendor_names

    if not contract.is_file():
        raise UsageError(missing_contract(str(contract), contract))
    named = NamedContract.parse(f"{name}={contract}")
    if name in vendor_names():
        raise UsageError(f"there is a vendor '{name}' already: choose another name")
    folder = parent / name
    if folder.exists():
        raise UsageError(f"{folder} exists already: choose another name or folder")
    vendor = create_generic_vendor(named)
    in_force = default_contract(vendor)
    if not in_force.operations:
        raise UsageError(f"the contract of {vendor.name} has no operation that can be served")
    title = " ".join(in_force.title.split()).replace('"', "'").replace("\\", "/")
    files = {
        "__init__.py": _class_source(in_force, title),
        f"tests/test_{name}.py": _test_source(vendor, in_force, title),
        "pyproject.toml": _SETTINGS,
        "outcomes.md": "\n".join(_outcomes(in_force, title)) + "\n",
    }
    try:
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        _copy_contract(in_force, named.path, folder)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from None
    return folder


def _copy_contract(contract: Contract, path: Path, folder: Path) -> None:
    shutil.copyfile(path, folder / f"contract{'.json' if path.suffix.lower() == '.json' else '.yaml'}")
    for other in contract.supplied.files if contract.supplied is not None else ():
        if real_path(other) != path:
            target = folder / real_path(other).relative_to(path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(other, target)


def _class_source(contract: Contract, title: str) -> str:
    """Return a class with a rule for an operation of the contract in its docstring."""
    operations = sorted(contract.operations.values(), key=lambda each: each.method != "POST")
    outcomes = sorted(operations[0].outcomes.values(), key=lambda each: (each.protocol, each.status != 409))
    refusal = next((each.name for each in outcomes if each.status >= 400), "")
    class_name = _class_name(contract.vendor)
    return _CLASS.format(title=title, class_name=class_name, operation=operations[0].id, refusal=refusal)


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) or name


def _test_source(vendor: Vendor, contract: Contract, title: str) -> str:
    """Return a test that sends the simplest valid request."""
    from crm_mocks.cli.credentials import demo_credentials
    from crm_mocks.cli.examples import Examples

    operation = min(contract.operations.values(), key=_effort)
    _, request = next(Examples(vendor, "").requests(operation))
    credentials = demo_credentials(vendor.credentials, contract.security_schemes, operation.security)
    return _TEST.format(
        title=title,
        function=re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]", "_", operation.id).lower(),
        name=vendor.name,
        method=request.method,
        path=request.path.replace("{", "{{").replace("}", "}}"),  # in an f-string
        arguments="".join(_arguments(request, credentials)),
        status=operation.success().status,
        key=operation.key,
    )


def _effort(operation: Operation) -> tuple[bool, bool, int]:
    """Return how much a request of an operation needs, for comparison."""
    return "{" in operation.path, operation.method != "GET", len(operation.path)


def _arguments(request: ExampleRequest, credentials: RequestCredentials) -> Iterator[str]:
    """Yield the arguments of `httpx.request`, a line each; it encodes queries itself."""
    query = {unquote(name): unquote(value) for name, value in request.query.items()} | dict(credentials.query or {})
    headers = {**request.headers, **(credentials.headers or {})}
    if query:
        yield _argument("params", query)
    if headers:
        yield _argument("headers", headers)
    if credentials.user is not None:
        yield _argument("auth", tuple(credentials.user.split(":", 1)))
    if request.media_type:
        is_form = request.media_type == "application/x-www-form-urlencoded"
        yield _argument("data" if is_form else "json", request.body)


def _argument(name: str, value: Any) -> str:
    shown = pprint.pformat(value, width=80, sort_dicts=False).replace("\n", "\n" + " " * (9 + len(name)))
    if '"' not in shown and "\\" not in shown:
        shown = shown.replace("'", '"')
    return f"        {name}={shown},\n"


def _outcomes(contract: Contract, title: str) -> Iterator[str]:
    """Yield the lines of a page with the outcomes of each operation."""
    yield f"# Outcomes of {title}"
    yield ""
    yield "`Prefer: example=NAME` forces an outcome, as does `respond(example=NAME)` of the fixture."
    for operation in contract.operations.values():
        yield from ("", f"## {operation.id}", "", f"`{operation.method} {operation.path}`", "")
        yield from ("| status | outcome | cause |", "| --- | --- | --- |")
        for outcome in sorted(operation.outcomes.values(), key=lambda each: each.status):
            cause = " ".join((outcome.cause or outcome.summary).split()).replace("|", "\\|")
            yield f"| {outcome.status} | `{outcome.name}` | {cause} |"
