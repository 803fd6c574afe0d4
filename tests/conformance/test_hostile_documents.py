"""Whatever stands in a document of real kinds, validation lists problems, and an engine runs what has none."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from document.problems import CODES, has_errors, render
from document.registry import load_registry
from document.schema import places
from document.validate import validate
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import Kind

CATALOG = full_catalog()
TEXTS = ["", "$x", "$$", "{", "{{", "{temperature|round:99}}", "a.b", "1/0", "0s", "9999d", "* * * * *", "#", "$SYS/#"]
TEXTS += [
    "suiro/x",
    "\ud800",
    "a" * 300,
    "same",
    "all",
    "device.hall",
    "UTC",
    "Mars/Base",
    "temperature > 5.0",
    "(" * 500,
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(TEXTS),
    st.lists(st.integers() | st.sampled_from(TEXTS), max_size=3),
    st.dictionaries(
        st.sampled_from(["name", "expr", "type", "where", "from", "x"]), st.sampled_from(TEXTS), max_size=2
    ),
)


@pytest.mark.parametrize("kind", [kind for kind in CATALOG if kind.examples], ids=lambda kind: kind.id)
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_an_example_with_anything_anywhere_is_refused_or_runs(kind: type[Kind], data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(kind.examples))
    document = copy.deepcopy(example.document)
    for _ in range(data.draw(st.integers(1, 2))):
        inside = [path for path, _, _ in places({}, document) if path and path[0] in ("nodes", "settings")]
        _put(document, data.draw(st.sampled_from(inside)), data.draw(VALUES))
    registry = load_registry(example.registry)[0] if example.registry else None
    problems = validate(document, CATALOG, registry)
    for problem in problems:
        assert problem.code in CODES
        json.dumps(render(problem, "ja"), ensure_ascii=False, allow_nan=False).encode()
    if not has_errors(problems):
        build_plan(document, CATALOG, registry)


def _put(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value
