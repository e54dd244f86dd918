"""Parameters of requests, and headers of answers, which contracts describe alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import jsonschema_rs

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.position_marks import SchemaMarks


@dataclass(frozen=True)
class Parameter:
    """A path, query or header parameter, or a header of an answer; header names are lower-case.

    Attributes:
        basis: "document" or the id of the position by which it is required.
        marks: of its schema, to find what a broken keyword rests on.
    """

    name: str
    place: str
    required: bool
    type: str
    validator: jsonschema_rs.Draft4Validator
    basis: str = DOCUMENT
    marks: SchemaMarks | None = field(default=None, repr=False)
