"""The schemas that outside tools read agree with the documents that the product accepts."""

import pytest
from jsonschema import Draft202012Validator

from document.export import pretty, version_of
from document.parse import parse
from document.schema import document_schema, params_schema
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import Kind
from tests.conformance.documents import DOCUMENT

CATALOG = full_catalog()
WHOLE = Draft202012Validator(document_schema(CATALOG))


def test_the_document_of_the_contracts_fits_the_schema_of_documents() -> None:
    Draft202012Validator.check_schema(WHOLE.schema)
    assert list(WHOLE.iter_errors(DOCUMENT)) == []


@pytest.mark.parametrize("kind", list(CATALOG), ids=lambda kind: kind.id)
def test_a_kinds_schema_is_plain_and_its_examples_fit(kind: type[Kind]) -> None:
    schema = params_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert "'null'" not in str(schema)
    for example in kind.examples:
        assert [complaint.message for complaint in WHOLE.iter_errors(example.document)] == []


@pytest.mark.parametrize("kind", list(CATALOG), ids=lambda kind: kind.id)
def test_an_exported_example_is_the_same_flow_when_read_again(kind: type[Kind]) -> None:
    for example in kind.examples:
        text = pretty(example.document, CATALOG)
        document, problems = parse(text)
        assert not problems
        assert document == example.document
        assert pretty(document, CATALOG) == text
        assert version_of(document) == version_of(example.document)
