"""Parameters of requests and headers of responses."""

from __future__ import annotations

from dataclasses import dataclass, field

import jsonschema_rs

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.position_marks import SchemaMarks


@dataclass(frozen=True)
class Parameter:
    """A path, query or header parameter, or a response header. Header names are lower-case.

    Attributes:
        basis: "document" or the id of the position that makes it required.
        marks: marks of its schema, which give the basis of broken keywords.
    """

    name: str
    place: str
    required: bool
    type: str
    validator: jsonschema_rs.Draft4Validator
    basis: str = DOCUMENT
    marks: SchemaMarks | None = field(default=None, repr=False)
