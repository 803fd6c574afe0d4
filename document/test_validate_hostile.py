"""Validation never raises and never takes long, whatever it is given."""

import copy
import json
import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from document.conftest import CATALOG, REGISTRY, REGISTRY_JSON, SOUND, codes
from document.problems import CODES, render
from document.registry import load_registry, registry_json
from document.schema import places
from document.validate import validate

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["$limit", "$", "$$", "hot", "hot.", ".hot", "kiln", "\ud800", "\x00", "threshold", "5m", "1e400"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
REGISTRY_PLACES = [path for path, _, _ in places({}, REGISTRY_JSON) if path]
PLACES = [path for path, _, _ in places({}, SOUND) if path]


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    value = copy.copy(value)
    value[path[0]] = _replaced(value[path[0]], path[1:], new) if len(path) > 1 else new
    return value


def _all_sayable(document: Any) -> None:
    for registry in (REGISTRY, None):
        found = validate(document, CATALOG, registry, for_deploy=True)
        for problem in found:
            assert problem.code in CODES
            for lang in ("ja", "en"):
                json.dumps(render(problem, lang), ensure_ascii=False, allow_nan=False).encode()


@given(ANYTHING)
def test_any_json_value_has_problems_and_none_raises(document: Any) -> None:
    _all_sayable(document)
    assert validate(document, CATALOG, None)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_a_sound_document_with_anything_anywhere_never_raises(changes: list[tuple[Any, Any]]) -> None:
    document: Any = SOUND
    for path, value in changes:
        try:
            document = _replaced(document, path, value)
        except (KeyError, IndexError, TypeError):
            continue
    _all_sayable(document)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(REGISTRY_PLACES), ANYTHING), min_size=1, max_size=3))
def test_a_registry_with_anything_anywhere_is_read_and_its_flow_checked(changes: list[tuple[Any, Any]]) -> None:
    data: Any = REGISTRY_JSON
    for path, value in changes:
        try:
            data = _replaced(data, path, value)
        except (KeyError, IndexError, TypeError):
            continue
    registry, found = load_registry(data)
    for problem in found:
        json.dumps(render(problem, "ja"), ensure_ascii=False, allow_nan=False).encode()
    again, _ = load_registry(registry_json(registry))
    assert again.devices == registry.devices
    validate(SOUND, CATALOG, registry, for_deploy=True)


def test_values_that_no_json_holds_are_named() -> None:
    around: list[Any] = []
    around.append(around)
    for hostile, code in [
        (object(), "wrong_type"),
        ({1: 2}, "wrong_type"),
        ({"nodes": {1, 2}}, "wrong_type"),
        (float("nan"), "not_finite"),
        ({"settings": {"limit": {"value": float("inf")}}}, "not_finite"),
        ({"name": 10**400}, "number_too_large"),
        ({"name": "\ud800"}, "bad_text"),
        ({"\x00": 1}, "bad_text"),
        (around, "too_deep"),
        ({"name": "x" * 2_000_000}, "too_large"),
        ({"nodes": [0] * 3_000_000}, "too_large"),
        ([], "not_an_object"),
    ]:
        assert codes(hostile)[0][0] == code


def test_a_hundred_thousand_brackets_are_too_deep() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert [code for code, _ in codes({"layout": deep})] == ["too_deep"]
    while deep:  # taken apart by hand: the interpreter itself would take it apart by recursion
        deep = deep.pop()


def test_the_worst_documents_within_the_limits_take_seconds_at_most() -> None:
    ring = [{"id": f"n{i}", "kind": "broken", "from": [f"n{(i + 1) % 500}"]} for i in range(500)]
    wired = [{"id": "a", "kind": "sense", "params": {"topic": "x"}}]
    wired += [{"id": f"n{i}", "kind": "broken", "from": ["a", *(f"n{j}" for j in range(i))]} for i in range(499)]
    dangling = [{"id": f"n{i}", "kind": f"threshol{i}", "from": [f"m{i}_{'x' * 20}"]} for i in range(500)]
    params = {"field": "tempe", "above": "$limt", "per": "hal", "fro": 1}
    misspelt = [{"id": f"n{i}", "kind": "threshold", "from": ["n0"], "params": params} for i in range(500)]
    many = {f"s{i}": {"value": i} for i in range(500)}
    for nodes in (ring, wired, dangling, misspelt):
        document = {"suiro": 1, "name": "worst", "nodes": nodes, "settings": many}
        assert len(json.dumps(document)) < 1_048_576
        started = time.process_time()
        found = validate(document, CATALOG, REGISTRY)
        took = time.process_time() - started
        assert found
        assert len(found) <= 201
        assert took < 20
