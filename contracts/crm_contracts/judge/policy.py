"""Who is held to what.

- *run*, fixtures: the client is held to documents, HTTP and positions.
- *check*, *proxy*: likewise; a client's finding breaks nothing if it rests on a position and the real provider answered
  with success. The provider is held to documents and HTTP.
- *verify*, *push*: the provider is held to documents and HTTP.
- *sweep*, *fuzz*: a case whose response rests on a position counts only if the client crashes or hangs.

With `--strict` everybody is held to everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_contracts.judge.finding import Side, Standing
from crm_mocks.basis import Basis, BasisKind


@dataclass(frozen=True)
class Policy:
    """What each side is held to.

    Attributes:
        strict: positions hold for everybody, whatever a provider says.
    """

    strict: bool = False

    def standing(self, side: Side, basis: Basis, *, succeeded: bool = False) -> Standing:
        """Return what a finding means before allow-list and baseline.

        Args:
            side: who broke the rule.
            basis: of the rule.
            succeeded: a real provider answered the request with success.
        """
        if self.strict or basis.kind is not BasisKind.POSITION:
            return Standing.FAILS
        if side is Side.PROVIDER:
            return Standing.ASSUMPTION
        return Standing.CONTRADICTED if succeeded else Standing.FAILS

    def counts_case(self, basis: Basis, *, crashed_or_hung: bool) -> bool:
        """Whether a case of sweep or fuzz that a client failed counts.

        Args:
            basis: of the response that the client got.
            crashed_or_hung: the client crashed, or did not end in time.
        """
        return self.strict or crashed_or_hung or basis.kind is not BasisKind.POSITION


DEFAULT: Final = Policy()
STRICT: Final = Policy(strict=True)
