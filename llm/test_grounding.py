"""What a model is told of tables: what they hold, never their rows."""

import json

from document.registry import load_registry
from llm.grounding import LONGEST, MOST_TABLES, grounding
from llm.projection import Projection
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry


def registry_of(*tables: dict[str, object]) -> Registry:
    registry, problems = load_registry({"tables": list(tables)})
    assert not problems
    return registry


def table(id: str, **more: object) -> dict[str, object]:
    columns = [{"name": "code"}, {"name": "limit", "type": "number", "unit": "°C"}]
    return {"id": id, "key": "code", "columns": columns, "rows": [["A-1", 80], ["secret-9", 90]], **more}


def test_a_table_is_shown_with_its_columns_and_without_its_rows() -> None:
    text = grounding(registry_of(table("parts", label={"ja": "品番表"}, also=["マスタ"])), "x")
    assert json.loads(text)["tables"] == [
        {
            "id": "parts",
            "label": {"ja": "品番表"},
            "also": ["マスタ"],
            "key": "code",
            "columns": [
                {"name": "code", "type": "string", "unit": None, "label": {}},
                {"name": "limit", "type": "number", "unit": "°C", "label": {}},
            ],
            "rows": 2,
        }
    ]
    assert "secret-9" not in text


def test_of_many_tables_the_ones_nearest_to_the_prompt_are_shown() -> None:
    many = [table(f"t{n}") for n in range(MOST_TABLES + 3)]
    shown = json.loads(grounding(registry_of(*many, table("parts")), "look the parts up"))
    assert shown["tables"][0]["id"] == "parts"
    assert len(shown["tables"]) == MOST_TABLES
    assert shown["not_shown"]["tables"] == 4


def test_words_of_strangers_are_cut() -> None:
    shown = json.loads(grounding(registry_of(table("parts", label={"en": "x\n" * 200})), ""))
    assert len(shown["tables"][0]["label"]["en"]) == LONGEST
    assert "\n" not in shown["tables"][0]["label"]["en"]


def test_ids_of_tables_can_be_listed_for_a_model() -> None:
    projection = Projection(Catalog([]), registry_of(table("parts"), table("errors")))
    assert projection._ids("table") == ["parts", "errors"]
