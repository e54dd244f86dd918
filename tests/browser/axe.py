"""axe-core, which `.ci/run` installs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

_AXE = Path(__file__).parents[2] / ".node" / "node_modules" / "axe-core" / "axe.min.js"


def serious_findings(page: Any, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on a page and rates serious or critical; skip the test if axe is not installed.

    Args:
        page: the page.
        rules: ids of the rules to check; all by default.
    """
    if not _AXE.is_file():
        pytest.skip("axe-core is not installed: npm install --prefix .node axe-core")
    page.evaluate(_AXE.read_text("utf-8"))
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in page.evaluate("rules => axe.run(rules ? {runOnly: rules} : {})", rules)["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
