"""Schemas: what Pydantic writes, made fit for readers."""

from collections.abc import Iterator
from re._constants import (  # type: ignore[import-not-found]
    ASSERT,
    ASSERT_NOT,
    BRANCH,
    MAX_REPEAT,
    MAXREPEAT,
    MIN_REPEAT,
    SUBPATTERN,
)
from re._parser import parse  # type: ignore[import-not-found]
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from document.conftest import CATALOG, SOUND, Act, changed
from document.schema import document_schema, envelope_schema, params_schema, plain_schema
from nodes.filter.threshold import Threshold
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import Kind


@pytest.mark.parametrize("kind", list(CATALOG), ids=lambda kind: kind.id)
def test_every_schema_is_one_and_has_no_nulls_or_titles(kind: type[Kind]) -> None:
    for schema in (plain_schema(kind), params_schema(kind)):
        Draft202012Validator.check_schema(schema)
        assert "null" not in str(schema)
        assert "'title'" not in str(schema)


def test_a_settable_param_takes_a_setting_and_an_identity_one_does_not() -> None:
    schema = params_schema(Threshold)["properties"]
    assert schema["above"]["anyOf"][1]["pattern"].startswith(r"^\$")
    assert schema["above"]["x-suiro"] == {"settable": True, "unit_of": "field"}
    assert "anyOf" not in schema["field"]
    assert schema["for"]["default"] == "0s"
    assert plain_schema(Threshold)["properties"]["above"]["type"] == "number"


def test_the_schema_of_whole_documents_agrees_with_the_sound_one_and_sees_changes() -> None:
    validator = Draft202012Validator(document_schema(CATALOG))
    Draft202012Validator.check_schema(validator.schema)
    assert list(validator.iter_errors(SOUND)) == []
    for path, value in [
        ("/nodes/1/params/fro", 1),
        ("/nodes/1/params/for", 5),
        ("/nodes/3/params/device", {"typo": 1}),
        ("/nodes/0/kind", "x"),
        ("/nodes/0/params", ...),
        ("/extra", 1),
    ]:
        assert list(validator.iter_errors(changed(path, value))), path


def test_schemas_of_parts_are_found_through_references() -> None:
    schema: Any = params_schema(Act)
    assert schema["$defs"]["Where"]["properties"]["type"]["x-suiro"] == {"ref": "type"}


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(found := schema.get("pattern"), str):
            yield found
        for part in schema.values():
            yield from _patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _patterns(part)


def _nested(parsed: Any, inside: bool = False) -> bool:
    """Whether a repetition without end stands inside another one, so that matching may take exponential time."""
    for code, given in parsed:
        if code in (MAX_REPEAT, MIN_REPEAT):
            endless = given[1] == MAXREPEAT
            if (inside and endless) or _nested(given[2], inside or endless):
                return True
        elif (
            (code is SUBPATTERN and _nested(given[-1], inside))
            or (code is BRANCH and any(_nested(part, inside) for part in given[1]))
            or (code in (ASSERT, ASSERT_NOT) and _nested(given[1], inside))
        ):
            return True
    return False


def test_our_own_patterns_take_linear_time() -> None:
    assert _nested(parse(r"^(a+b?)+$"))
    schemas = [envelope_schema(), *map(params_schema, CATALOG), *map(params_schema, full_catalog())]
    patterns = {pattern for schema in schemas for pattern in _patterns(schema)}
    assert len(patterns) > 8
    assert [pattern for pattern in patterns if _nested(parse(pattern))] == []
