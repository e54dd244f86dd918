"""A journal of a run that a full disk keeps from being complete."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import UserSuite

FULL_DISK = """
from crm_mocks.files.line_file import LineFile

LineFile.append = lambda self, line: self._lose("No space left on device")
"""


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "1")])
def test_lines_that_are_missing_fail_the_run(suite: UserSuite, options: tuple[str, ...]) -> None:
    (suite.folder / "conftest.py").write_text(FULL_DISK)
    suite.write("""
        import requests

        def test_one(config_api_offline):
            url = config_api_offline.url + "/v1/leads/config"
            assert requests.get(url, headers={"x-api-key": "demo-key"}).status_code == 200
    """)
    result = suite.run("-q", "--crm-mocks-journal", "journal.jsonl", *options)
    assert (result.code, result.count("passed")) == (1, 1), result.out
    assert f"2 lines are missing in {suite.folder / 'journal.jsonl'}: No space left on device" in result.out
