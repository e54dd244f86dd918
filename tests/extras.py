"""Marks of tests that need an extra which the lowest versions are tried without: its own bounds are higher."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

needs_verify = pytest.mark.skipif(find_spec("schemathesis") is None, reason="pip install -e '.[verify]'")
