"""Options that take one of several words."""

from __future__ import annotations

from typing import Any

import click

from crm_mocks.nearest_name import did_you_mean


class Choice(click.Choice):  # type: ignore[type-arg]  # not generic before click 8.2
    """One of several words; a misspelt one is answered with the most similar."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word."""
        try:
            word: str = super().convert(value, param, ctx)
        except click.BadParameter as error:
            self.fail(f"{error.message.rstrip('.')}{did_you_mean(str(value), self.choices)}", param, ctx)
        return word
