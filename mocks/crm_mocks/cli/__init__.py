"""The command line. Modules import what is slow inside their commands, so that `--help` is quick."""

from crm_mocks.cli.group import main

__all__ = ["main"]
