"""The package stands alone."""

from __future__ import annotations

import subprocess
import sys

IMPORT_ALL = """
import pkgutil, sys
import crm_contracts.diff as diff
for module in pkgutil.walk_packages(diff.__path__, diff.__name__ + "."):
    if not module.name.startswith("crm_contracts.diff.reports"):
        __import__(module.name)
own = ("crm_contracts.diff", "crm_contracts.diff.")
print(*sorted(name for name in sys.modules
              if name.startswith("crm_") and name != "crm_contracts" and not (name + ".").startswith(own[1])))
"""


def test_diff_imports_nothing_else_of_crm_mocks() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
