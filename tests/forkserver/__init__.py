"""Programs in Python that start in a few milliseconds: forked from a process in which the imports are done.

Tests that start `crm-mocks`, `pytest` or `python` by the hundred spend most of their time on imports. `programs` makes
stand-ins for the three that a shell finds on its `PATH`. What a start itself does is tested with real processes, in
tests/cli and tests/server.
"""
