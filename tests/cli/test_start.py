"""Starting is fast because modules are imported lazily."""

from __future__ import annotations

import signal
import subprocess
import sys

HEAVY = ("connexion", "uvicorn", "yaml", "jsonschema_rs", "flask", "faker", "rich", "trustme", "asyncio")


def _imported(script: str) -> set[str]:
    ending = "import sys; print('imported', *(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", f"{script}\n{ending}"], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("imported")[2].split())


def test_help_imports_nothing_heavy() -> None:
    script = "import contextlib\nfrom crm_mocks.cli import main\nwith contextlib.suppress(SystemExit): main(['--help'])"
    assert _imported(script).isdisjoint(HEAVY)


def test_serving_imports_neither_faker_nor_trustme_nor_rich() -> None:
    script = "import crm_mocks\nwith crm_mocks.serve(port=0): pass"
    assert _imported(script).isdisjoint({"faker", "trustme", "cryptography", "rich", "pygments"})


def test_serving_the_crms_of_the_product_imports_nothing_of_supplied_contracts() -> None:
    script = """
import sys, crm_mocks
with crm_mocks.serve(port=0): pass
assert not [name for name in sys.modules if name.startswith(("crm_mocks.supplied", "crm_mocks.generic"))]
"""
    _imported(script)


def test_flask_application_and_faker_wait_for_the_first_need() -> None:
    """connexion imports Flask itself; what is ours of the control API is loaded by its first request."""
    script = """
import sys, httpx, crm_mocks
with crm_mocks.serve(["config_api"], port=0) as mocks:
    httpx.get(f"{mocks.url}/v1/leads/config", headers={"x-api-key": "demo-key"}).raise_for_status()
    assert "crm_mocks.admin.application" not in sys.modules
    assert "faker" not in sys.modules
    httpx.post(f"{mocks.url}/__admin/sessions", json={"session": "mine"}).raise_for_status()
    assert "crm_mocks.admin.application" not in sys.modules
    httpx.get(f"{mocks.url}/__admin/version").raise_for_status()
    assert "crm_mocks.admin.application" in sys.modules
"""
    _imported(script)


def test_an_application_without_a_server_imports_neither_the_control_api_nor_faker() -> None:
    script = "import sys, crm_mocks\ncrm_mocks.create_app()\nassert 'crm_mocks.admin.application' not in sys.modules"
    assert _imported(script).isdisjoint({"faker", "trustme", "uvicorn", "rich_click", "pytest"})


def test_ctrl_c_while_the_command_line_is_imported_ends_it_without_a_traceback() -> None:
    script = """
import os, signal, sys
class Interrupt:
    def find_spec(name, path, target=None):
        if name == "crm_mocks.cli.group":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt)
from crm_mocks.cli import main
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
