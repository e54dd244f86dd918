"""Rules that clients and providers must satisfy, by command.

- *run*, fixtures: clients must satisfy documents, HTTP and positions.
- *check*, *proxy*: likewise, but a client's finding does not fail the verdict if it rests on a position and the real
  provider responded with success. Providers must satisfy documents and HTTP.
- *verify*, *push*: providers must satisfy documents and HTTP.
- *sweep*, *fuzz*: a case whose response rests on a position counts only if the client crashes or hangs.

With `--strict`, clients and providers must satisfy documents, HTTP and positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_contracts.judge.finding import Side, Standing
from crm_mocks.basis import Basis, BasisKind


@dataclass(frozen=True)
class Policy:
    """Rules that each side must satisfy.

    Attributes:
        strict: whether positions always apply.
    """

    strict: bool = False

    def standing(self, side: Side, basis: Basis, *, succeeded: bool = False) -> Standing:
        """Return the standing of a finding before allow-list and baseline.

        Args:
            side: side at fault.
            basis: basis of the rule.
            succeeded: whether a real provider responded with success.
        """
        if self.strict or basis.kind is not BasisKind.POSITION:
            return Standing.FAILS
        if side is Side.PROVIDER:
            return Standing.ASSUMPTION
        return Standing.CONTRADICTED if succeeded else Standing.FAILS

    def counts_case(self, basis: Basis, *, crashed_or_hung: bool) -> bool:
        """Return whether a failed case of sweep or fuzz counts.

        Args:
            basis: basis of the response to the client.
            crashed_or_hung: whether the client crashed or exceeded its time limit.
        """
        return self.strict or crashed_or_hung or basis.kind is not BasisKind.POSITION


DEFAULT: Final = Policy()
STRICT: Final = Policy(strict=True)
