"""Parameters of requests, and headers of answers, which contracts describe alike."""

from __future__ import annotations

from dataclasses import dataclass

import jsonschema_rs


@dataclass(frozen=True)
class Parameter:
    """A path, query or header parameter, or a header of an answer; header names are lower-case."""

    name: str
    place: str
    required: bool
    type: str
    validator: jsonschema_rs.Draft4Validator
