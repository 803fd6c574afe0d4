"""Tables of registry.json: read leniently row by row, refused as a whole where a half would answer wrongly."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from document.conftest import Feed, Tell
from document.registry import load_registry, registry_json, slice_for
from document.tables import MOST_COLUMNS, MOST_NAMED, MOST_ROWS, MOST_TABLES
from document.validate import validate
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.params import NodeParams, TableId

PARTS: dict[str, Any] = {
    "id": "parts",
    "label": {"ja": "品番表", "en": "parts"},
    "also": ["品番マスタ"],
    "key": "code",
    "columns": [
        {"name": "code", "type": "string"},
        {"name": "limit", "type": "number", "unit": "°C", "label": {"ja": "上限", "en": "limit"}},
        {"name": "count", "type": "integer"},
        {"name": "coated", "type": "boolean"},
        {"name": "name"},
    ],
    "rows": [["A-1", 80.5, 4, True, "flange"], ["A-2", 90, 5.0, False, None]],
}


class Find(Kind):
    """Names a table, as far as documents care."""

    id = "find"
    group = "transform"

    class Params(NodeParams):
        table: TableId


CATALOG = Catalog([Feed, Tell, Find])
DOCUMENT: dict[str, Any] = {
    "suiro": 1,
    "name": "Parts",
    "settings": {"list": {"value": "others", "label": "List"}},
    "nodes": [
        {"id": "press", "kind": "feed", "params": {"type": "press"}},
        {"id": "known", "kind": "find", "from": ["press"], "params": {"table": "parts"}},
        {"id": "other", "kind": "find", "from": ["known"], "params": {"table": "$list"}},
        {"id": "say", "kind": "tell", "from": ["other"], "params": {"to": "desk", "text": "x"}},
    ],
}
DOCS = Path(__file__).parents[1] / "docs"


def load(change: Any) -> tuple[Any, list[tuple[str, str]]]:
    table = copy.deepcopy(PARTS)
    change(table)
    registry, problems = load_registry({"tables": [table]})
    assert all(problem.severity == "warning" for problem in problems)
    return registry.tables.get("parts"), [(problem.code, problem.path) for problem in problems]


def test_a_table_is_read_with_its_types_units_and_words() -> None:
    registry, problems = load_registry({"tables": [PARTS]})
    assert not problems
    table = registry.tables["parts"]
    assert (table.key, table.label["ja"], table.also) == ("code", "品番表", ["品番マスタ"])
    assert [(c.name, c.type, c.unit) for c in table.columns][1:] == [
        ("limit", "number", "°C"), ("count", "integer", None), ("coated", "boolean", None), ("name", "string", None),
    ]  # fmt: skip
    assert table.rows == [["A-1", 80.5, 4, True, "flange"], ["A-2", 90, 5, False, None]]
    assert type(table.rows[1][2]) is int


def test_writing_and_reading_again_changes_nothing() -> None:
    registry, _ = load_registry({"tables": [PARTS]})
    again, problems = load_registry(json.dumps(registry_json(registry), ensure_ascii=False))
    assert not problems
    assert again == registry


def test_without_tables_there_are_none() -> None:
    assert load_registry({})[0].tables == {}
    assert registry_json(load_registry({})[0])["tables"] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t["rows"].append(["A-3", "hot", 1, True, ""]), ("wrong_type", "/tables/0/rows/2/1")),
        (lambda t: t["rows"].append(["A-3", True, 1, True, ""]), ("wrong_type", "/tables/0/rows/2/1")),
        (lambda t: t["rows"].append(["A-3", 1, 1.5, True, ""]), ("wrong_type", "/tables/0/rows/2/2")),
        (lambda t: t["rows"].append(["A-3", 1, 1, 1, ""]), ("wrong_type", "/tables/0/rows/2/3")),
        (lambda t: t["rows"].append(["A-3", 1, 1, True, 5]), ("wrong_type", "/tables/0/rows/2/4")),
        (lambda t: t["rows"].append([3, 1, 1, True, ""]), ("wrong_type", "/tables/0/rows/2/0")),
        (lambda t: t["rows"].append(["A-3", 1, 1, True]), ("too_short", "/tables/0/rows/2")),
        (lambda t: t["rows"].append(["A-3", 1, 1, True, "", 0]), ("too_long", "/tables/0/rows/2")),
        (lambda t: t["rows"].append({"code": "A-3"}), ("wrong_type", "/tables/0/rows/2")),
        (lambda t: t["rows"].append(["A-1", 1, 1, True, ""]), ("duplicate_id", "/tables/0/rows/2/0")),
        (lambda t: t["rows"].append([" A-1\u3000", 1, 1, True, ""]), ("duplicate_id", "/tables/0/rows/2/0")),
        (lambda t: t["rows"].append([None, 1, 1, True, ""]), ("missing_key", "/tables/0/rows/2/0")),
        (lambda t: t["rows"].append(["  ", 1, 1, True, ""]), ("missing_key", "/tables/0/rows/2/0")),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_named(change: Any, expected: tuple[str, str]) -> None:
    table, found = load(change)
    assert found == [expected]
    assert table.rows == [["A-1", 80.5, 4, True, "flange"], ["A-2", 90, 5, False, None]]


def test_numbers_as_keys_are_told_apart_by_value() -> None:
    table = {**PARTS, "key": "n", "columns": [{"name": "n", "type": "number"}], "rows": [[5], [5.0], [6], [5.5]]}
    registry, problems = load_registry({"tables": [table]})
    assert [(p.code, p.path, p.args["id"]) for p in problems] == [("duplicate_id", "/tables/0/rows/1/0", 5.0)]
    assert registry.tables["parts"].rows == [[5], [6], [5.5]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.pop("key"), ("missing_key", "/tables/0")),
        (lambda t: t.update(key="kode"), ("not_allowed_value", "/tables/0/key")),
        (lambda t: t.update(key=["code"]), ("not_allowed_value", "/tables/0/key")),
        (lambda t: t.pop("columns"), ("too_short", "/tables/0/columns")),
        (lambda t: t.update(columns="code"), ("wrong_type", "/tables/0/columns")),
        (lambda t: t["columns"].append(3), ("wrong_type", "/tables/0/columns/5")),
        (lambda t: t["columns"].append({"name": "limit"}), ("duplicate_id", "/tables/0/columns/5")),
        (lambda t: t["columns"].append({"type": "number"}), ("missing_key", "/tables/0/columns/5")),
        (lambda t: t["columns"].append({"name": "a b"}), ("bad_id", "/tables/0/columns/5/name")),
        (lambda t: t["columns"][1].update(type="float"), ("registry_entry_skipped", "/tables/0/columns/1/type")),
        (lambda t: t.update(rows={}), ("wrong_type", "/tables/0/rows")),
        (lambda t: t.update(id="no id"), ("bad_id", "/tables/0/id")),
        (lambda t: t.update(also="x"), ("registry_entry_skipped", "/tables/0/also")),
    ],
)
def test_a_table_of_which_half_would_answer_wrongly_is_left_out(change: Any, expected: tuple[str, str]) -> None:
    table, found = load(change)
    assert found == [expected]
    assert table is None


def test_a_key_that_is_no_column_has_the_nearest_as_hint() -> None:
    _, problems = load_registry({"tables": [{**PARTS, "key": "kode"}]})
    assert problems[0].args["nearest"] == "code"


def test_there_are_at_most_so_many_columns_rows_and_tables() -> None:
    columns = [{"name": f"c{n}"} for n in range(MOST_COLUMNS + 1)]
    wide = {"id": "wide", "key": "c0", "columns": columns}
    long = {"id": "long", "key": "n", "columns": [{"name": "n", "type": "integer"}]}
    rows = [[n] for n in range(MOST_ROWS + 1)]
    registry, problems = load_registry({"tables": [wide, {**long, "rows": rows}]})
    assert [(p.code, p.path) for p in problems] == [("too_long", "/tables/0/columns"), ("too_long", "/tables/1/rows")]
    assert not registry.tables
    fitting, problems = load_registry({"tables": [{**wide, "columns": columns[:-1]}, {**long, "rows": rows[:-1]}]})
    assert not problems
    assert len(fitting.tables["long"].rows) == MOST_ROWS
    many, problems = load_registry({"tables": [{**long, "id": f"t{n}"} for n in range(MOST_TABLES + 1)]})
    assert [(p.code, p.path) for p in problems] == [("too_long", "/tables")]
    assert list(many.tables) == [f"t{n}" for n in range(MOST_TABLES)]


def test_of_many_bad_rows_only_the_first_are_named() -> None:
    _, found = load(lambda t: t["rows"].extend([n] for n in range(MOST_NAMED + 5)))
    assert found[:-1] == [("too_short", f"/tables/0/rows/{n + 2}") for n in range(MOST_NAMED)]
    assert found[-1] == ("many_problems", "/tables/0/rows")


def test_two_tables_of_one_id_are_told_and_the_first_is_used() -> None:
    registry, problems = load_registry({"tables": [PARTS, {**PARTS, "rows": []}]})
    assert [(p.code, p.path) for p in problems] == [("duplicate_id", "/tables/1/id")]
    assert len(registry.tables["parts"].rows) == 2


def test_a_slice_carries_exactly_the_tables_that_are_named_also_by_a_setting() -> None:
    tables = [{**PARTS, "id": id} for id in ("parts", "others", "third")]
    registry, _ = load_registry({"types": [{"id": "press"}], "destinations": [{"id": "desk"}], "tables": tables})
    assert list(slice_for(DOCUMENT, registry, CATALOG).tables) == ["parts", "others"]
    assert not slice_for({**DOCUMENT, "nodes": DOCUMENT["nodes"][:1]}, registry, CATALOG).tables


def test_a_table_that_is_not_registered_is_a_problem_with_the_nearest_one() -> None:
    tables = [{**PARTS, "id": "part"}, {**PARTS, "id": "others"}]
    registry, _ = load_registry({"types": [{"id": "press"}], "destinations": [{"id": "desk"}], "tables": tables})
    found = validate(DOCUMENT, CATALOG, registry)
    assert [(p.code, p.path) for p in found] == [("unknown_table", "/nodes/1/params/table")]
    assert found[0].fix == {"path": "/nodes/1/params/table", "value": "part"}
    assert [p.code for p in validate(DOCUMENT, CATALOG, None)] == ["no_registry"]


@pytest.mark.parametrize("page", ["connect-devices.md", "ja/connect-devices.md"])
def test_the_table_on_the_page_is_read_as_it_stands(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    blocks = re.findall(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    registry, problems = load_registry(next(block for block in blocks if '"tables"' in block))
    assert not problems
    assert registry.tables
