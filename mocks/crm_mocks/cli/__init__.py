"""The command line. Commands import slow modules when they run, so that `--help` is fast."""

from crm_mocks.cli.group import main

__all__ = ["main"]
