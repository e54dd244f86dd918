"""`--reload`: the code of a vendor's folder is read again when one of its files changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_mocks.app import create_app
from crm_mocks.server import contract_reload
from crm_mocks.vendor_sources import VendorSources, activate, forget_sources
from tests.conftest import Api
from tests.vendor_registry.reloading import edited
from tests.vendor_registry.samples import write_vendor

KEY = {"X-Key": "demo-key"}
RULE = '''
from crm_mocks.vendor import DocumentedRefusal, GenericVendor, load_data


class TheirCrm(GenericVendor):
    """Refuses an address."""

    async def respond(self, context):
        if (context.body or {}).get("email") == "bad@example.com":
            raise DocumentedRefusal(context, "status_409")
        return await super().respond(context)
'''
READ = "their_crm: the code was read again, its settings and records start anew"


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """The folder of a vendor with a rule."""
    return write_vendor(tmp_path, "their_crm", RULE)


@pytest.fixture
def served(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The vendor, whose files are polled often."""
    monkeypatch.setattr(contract_reload, "_POLL_SECONDS", 0.01)
    restore = forget_sources()
    activate(VendorSources.parse(["their_crm"], [vendor]))
    api = Api(app=create_app(seed=1, settings={"their_crm.latency_ms": "1"}))
    yield api
    api.close()
    restore()


def status(api: Api, name: str = "bad", **headers: str) -> int:
    """Return the status of the response to a new contact."""
    code: int = api.post("/contacts", json={"email": f"{name}@example.com"}, headers={**KEY, **headers}).status_code
    return code


def test_changed_code_is_served(served: Api, vendor: Path) -> None:
    assert status(served) == 409
    assert edited(served, vendor / "__init__.py", lambda text: text.replace("bad@", "evil@")) == READ
    assert [status(served), status(served, "evil")] == [201, 409]


def test_a_change_of_the_same_size_is_noticed_at_once(served: Api, vendor: Path) -> None:
    edited(served, vendor / "__init__.py", lambda text: text.replace("bad@", "off@"))
    edited(served, vendor / "__init__.py", lambda text: text.replace("off@", "bad@"))
    assert [status(served), status(served, "off")] == [409, 201]


def test_records_of_every_session_start_anew(served: Api, vendor: Path) -> None:
    sessions = ("default", "other")
    assert [status(served, "ada", **{"X-Mock-Session": each}) for each in sessions * 2] == [201, 201, 409, 409]
    edited(served, vendor / "__init__.py", lambda text: text + "# changed")
    assert [status(served, "ada", **{"X-Mock-Session": each}) for each in sessions] == [201, 201]


def test_given_settings_hold_for_the_new_code(served: Api, vendor: Path) -> None:
    served.app.mock_app.sessions.get("default").change_settings({"their_crm.latency_ms": 5})
    edited(served, vendor / "__init__.py", lambda text: text + "# changed")
    assert served.app.mock_app.sessions.get("default").settings["their_crm"].latency_ms == 1
    assert served.app.mock_app.sessions.get("new").settings["their_crm"].latency_ms == 1


@pytest.mark.parametrize(
    ("file", "import_", "value", "content"),
    [
        ("rule.py", "from . import rule", "rule.EMAIL", 'EMAIL = "{}"'),
        ("rules.yaml", "", 'load_data(__file__, "rules.yaml")["email"]', "email: {}"),
    ],
)
def test_another_file_of_the_folder_is_read_again(
    served: Api, vendor: Path, file: str, import_: str, value: str, content: str
) -> None:
    (vendor / file).write_text(content.format("bad@example.com"))
    edited(served, vendor / "__init__.py", lambda text: import_ + text.replace('"bad@example.com"', value))
    assert status(served) == 409
    assert edited(served, vendor / file, lambda _: content.format("evil@example.com")) == READ
    assert [status(served), status(served, "evil")] == [201, 409]


def test_a_folder_without_code_may_get_some(served: Api, vendor: Path) -> None:
    (vendor / "__init__.py").rename(vendor / "other.txt")
    edited(served, vendor / "contract.json", lambda _: "")
    assert status(served) == 201
    edited(served, vendor / "__init__.py", lambda _: RULE)
    assert status(served) == 409


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def (", "SyntaxError: invalid syntax"),
        ("import missing_module", "ModuleNotFoundError: No module named 'missing_module'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit('over')", "SystemExit: over"),
        ("", "must define one subclass of Vendor, has 0"),
        (RULE + "    def __init__(self, *_): raise ValueError('a\\nb')", "ValueError: a b"),
        (RULE + "    operations = 5\n    kinds_by_name = 5", "; the code before stays in force"),
    ],
)
def test_the_code_before_stays_in_force_if_the_new_one_does_not_load(
    served: Api, vendor: Path, code: str, message: str
) -> None:
    line = edited(served, vendor / "__init__.py", lambda _: code)
    assert message in line
    assert line.endswith("; the code before stays in force")
    assert "\n" not in line
    assert status(served) == 409
    assert edited(served, vendor / "__init__.py", lambda _: RULE) == READ


def test_a_given_setting_that_is_gone_leaves_the_code_before(served: Api, vendor: Path) -> None:
    settings = "\nfrom crm_mocks.settings import Section\nTheirCrm.settings_type = Section\n"
    line = edited(served, vendor / "__init__.py", lambda text: text + settings)
    assert line.startswith("their_crm: unknown setting 'their_crm.latency_ms'")
    assert status(served) == 409


def test_a_changed_contract_keeps_records(served: Api, vendor: Path) -> None:
    assert status(served, "ada") == 201
    line = edited(served, vendor / "contract.yaml", lambda text: text.replace("maxLength: 80", "maxLength: 8"))
    assert line.startswith("their_crm: the contract was read again: ")
    assert status(served, "ada") == 409


def test_a_contract_that_changes_with_the_code_is_named_too(served: Api, vendor: Path) -> None:
    contract = vendor / "contract.yaml"
    contract_text = contract.read_text().replace("required: [email]", "required: [email, name]", 1)

    def edit(text: str) -> str:
        contract.write_text(contract_text)
        return text + "# changed"

    line = edited(served, vendor / "__init__.py", edit)
    assert line.startswith(f"{READ}; the contract was read again: ")
    assert "createContact" in line


@pytest.mark.parametrize("name", ["tests/test_rules.py", ".venv/lib.py", "notes.md"])
def test_other_files_are_not_watched(served: Api, vendor: Path, name: str) -> None:
    (vendor / name).parent.mkdir(exist_ok=True)
    (vendor / name).write_text("# changed")
    assert edited(served, vendor / "__init__.py", lambda text: text + "# changed") == READ
    assert vendor / name not in {Path(each) for each in contract_reload.code_files("their_crm")}
