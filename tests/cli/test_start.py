"""Starting is fast because modules are imported lazily."""

from __future__ import annotations

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


def test_serving_imports_neither_faker_nor_trustme() -> None:
    script = "import crm_mocks\nwith crm_mocks.serve(port=0): pass"
    assert _imported(script).isdisjoint({"faker", "trustme", "cryptography"})
