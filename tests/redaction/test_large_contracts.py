from __future__ import annotations

from crm_mocks.redaction.documented import documented_by
from crm_mocks.redaction.name_rules import NameRules
from crm_mocks.redaction.operation_parts import DocumentedBodies
from tests.contract.chained_schemas import COUNT, chain, to


def test_what_schemas_document_that_refer_to_others_thousands_deep_is_known():
    documented = documented_by(chain(), to(0))
    for _ in range(COUNT):
        documented = documented.members["next"]
    assert documented.members.keys() == {"name", "next"}


def test_bodies_of_thousands_of_schemas_are_not_recognized_at_once():
    validator = documented_by(chain(), to(0)).clean(NameRules())
    assert not validator.is_valid({"name": ""})


def test_operations_share_what_a_schema_documents():
    document = chain()
    bodies = DocumentedBodies(NameRules())
    assert bodies.of(document, to(1)) is bodies.of(document, to(1))
    assert bodies.of(document, to(1)).documented.members["next"] is bodies.of(document, to(2)).documented
