"""With too little memory, a command does its work or says so in a line, with exit code 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.server.serving import COMMAND

LIMITED = """
import os, resource, sys
size = int(sys.argv[1]) * 1024**2
resource.setrlimit(resource.RLIMIT_AS, (size, size))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
@pytest.mark.parametrize("megabytes", [60, 90, 120, 400])
def test_a_lack_of_memory_is_one_line(megabytes: int) -> None:
    command = [sys.executable, "-c", LIMITED, str(megabytes), *COMMAND, "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        assert done.stderr == ""
        return
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("crm-mocks: ")
    assert "internal error" not in done.stderr
