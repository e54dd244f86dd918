"""A contract that was learned from traffic finds nothing in the same traffic, and can be served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from tests.conftest import Api
from tests.learn.traffic import WRITERS, good_traffic
from tests.vendors.discovery import VENDORS


def invoke(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_check_of_the_same_traffic_is_clean(vendor: str, form: str, api: Callable[..., Api], tmp_path: Path) -> None:
    recording = WRITERS[form](good_traffic(vendor, api, redact=form == "journal"), tmp_path / f"{vendor}.{form}")
    contract = tmp_path / "learned.yaml"
    code, output = invoke("learn", recording, "-o", contract)
    assert code == 0, output
    code, output = invoke("check", recording, "--vendor", contract)
    assert code == 0, output
