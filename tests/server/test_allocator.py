"""Memory of large blocks goes back to the system."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

IS_GLIBC = "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", ())
SCRIPT = """
import ctypes
from crm_mocks.server.allocator import tune_allocator

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks",
                                                     "fsmblks", "uordblks", "fordblks", "keepcost")]

information = ctypes.CDLL(None).mallinfo2
information.restype = Info

def mapped():
    before = information().hblkhd
    block = bytes(8 * 1024**2)
    return information().hblkhd - before >= len(block)

if {tuned}:
    tune_allocator()
print(mapped(), mapped())
"""


@pytest.mark.skipif(not IS_GLIBC, reason="it concerns the GNU C library")
@pytest.mark.parametrize(("tuned", "printed"), [(True, "True True"), (False, "True False")])
def test_a_large_block_is_mapped_although_another_one_was_freed(tuned: bool, printed: str) -> None:
    script = SCRIPT.replace("{tuned}", str(tuned))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == printed
