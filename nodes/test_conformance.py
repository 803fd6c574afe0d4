"""Every kind is complete: words in both languages for what a person sees, examples, a twin test, memory that lasts."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nodes.kit.catalog import GROUPS, full_catalog
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.params import NodeParams

NODES = Path(__file__).parent
LANGUAGES = ("ja", "en")
KINDS = list(full_catalog())
FROZEN = {
    "devices", "mqtt_in", "webhook_in", "schedule", "threshold", "condition", "changed", "window", "set_fields",
    "cooldown", "ai_prompt", "notify", "command", "webhook_out", "store",
}  # fmt: skip
OUTPUTS = {
    "threshold": ["entered", "cleared"], "condition": ["true", "false"], "cooldown": ["out", "held"],
    "ai_prompt": ["out", "unsure", "failed"], "notify": ["sent", "failed"], "command": ["sent", "failed"],
    "webhook_out": ["sent", "failed"], "store": [],
}  # fmt: skip
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ROLES = {
    "source", "clock", "compare", "recover", "hold", "lean", "edge", "test", "compute", "aggregate", "quiet", "tell",
    "record", "ask", "call", "actuate", "derive", "happen", "gate", "treat", "name",
}  # fmt: skip
SLOTS = {
    "type", "only", "where", "every", "cron", "field", "number", "numbers", "hold", "margin", "per", "fields",
    "expression", "computed", "over", "quiet", "destination", "text", "target", "call", "values", "mode",
    "temperature", "humidity", "voltage", "current", "active", "table",
}  # fmt: skip


def every_kind(test: Any) -> Any:
    return pytest.mark.parametrize("kind", KINDS, ids=[kind.id for kind in KINDS])(test)


def schema_of(kind: type[Kind]) -> dict[str, Any]:
    return kind.Params.model_json_schema()


def labelled(schema: dict[str, Any]) -> set[str]:
    """What a form writes beside its controls: every param, every key inside one, and every choice as "param.choice"."""
    found: set[str] = set()

    def look(part: dict[str, Any], name: str) -> None:
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
        found.update(f"{name}.{choice}" for choice in part.get("enum", ()))
        for inner in (*part.get("anyOf", ()), *part.get("prefixItems", ()), part.get("items")):
            if inner:
                look(inner, name)
        for key, inner in part.get("properties", {}).items():
            found.add(key)
            look(inner, f"{name}.{key}" if name else key)

    look({**schema, "enum": ()}, "")
    return found


def test_the_frozen_kinds_are_all_there_and_their_outputs_come_first() -> None:
    catalog = full_catalog()
    assert {kind.id for kind in catalog} >= FROZEN
    for id in FROZEN:
        frozen = OUTPUTS.get(id, ["out"])
        assert [port.name for port in catalog[id].outputs][: len(frozen)] == frozen


@every_kind
def test_a_kind_lives_in_the_file_and_folder_of_its_name(kind: type[Kind]) -> None:
    assert kind.group in GROUPS
    assert kind.__module__ == f"nodes.{kind.group}.{kind.id}"
    assert (NODES / kind.group / f"test_{kind.id}.py").is_file()
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.icon)


@every_kind
@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_a_person_sees_has_words(kind: type[Kind], lang: str) -> None:
    words = kind.words[lang]
    params = set(schema_of(kind).get("properties", {}))
    assert set(words.params) == params
    assert set(words.labels) == labelled(schema_of(kind))
    texts = [words.label, words.summary, words.description, *words.params.values(), *words.labels.values()]
    assert all(text.strip() for text in texts)
    assert all(port.label.get(lang) for port in (*kind.inputs, *kind.outputs))
    spoken = [bool(JAPANESE.search(text)) for text in (words.label, words.summary, words.description)]
    assert all(spoken) if lang == "ja" else not any(spoken)


@every_kind
def test_a_kind_is_documented_and_says_what_it_does_in_its_module(kind: type[Kind]) -> None:
    module = __import__(kind.__module__, fromlist=["_"])
    assert (module.__doc__ or "").startswith(f"{kind.id}: ")


@every_kind
def test_params_have_a_schema_that_refuses_unknown_keys(kind: type[Kind]) -> None:
    schema = schema_of(kind)
    assert schema.get("additionalProperties") is False
    assert issubclass(kind.Params, NodeParams)
    with pytest.raises(ValueError):
        kind.Params.model_validate({"no_such_param": 1})


@every_kind
def test_ports_have_different_names_and_sources_no_inputs(kind: type[Kind]) -> None:
    for ports in (kind.inputs, kind.outputs):
        assert len({port.name for port in ports}) == len(ports)
    assert (not kind.inputs) == issubclass(kind, SourceKind)


@every_kind
def test_fresh_memory_survives_json(kind: type[Kind]) -> None:
    if kind.Memory is None:
        return
    memory = kind.Memory()
    again = msgspec.json.decode(msgspec.json.encode(memory), type=kind.Memory)
    assert again == memory
    assert kind.Memory() is not memory


@every_kind
def test_a_kind_has_two_whole_examples_with_tests_and_titles(kind: type[Kind]) -> None:
    assert len(kind.examples) >= 2
    for example in kind.examples:
        assert all(example.title.get(lang) for lang in LANGUAGES)
        assert any(node["kind"] == kind.id for node in example.document["nodes"])
        assert example.document["tests"]
        assert any(test["expect"] for test in example.document["tests"])


@every_kind
def test_phrases_are_written_for_both_languages_and_fill_params_that_exist(kind: type[Kind]) -> None:
    params = set(schema_of(kind).get("properties", {}))
    assert {phrase.lang for phrase in kind.phrases} == set(LANGUAGES)
    for phrase in kind.phrases:
        assert phrase.role in ROLES
        assert set(phrase.params) <= params
        assert phrase.port is None or phrase.port in {port.name for port in kind.outputs}
        slots = [value for value in phrase.params.values() if isinstance(value, str) and value.startswith("<")]
        assert {slot.strip("<>") for slot in slots} <= SLOTS


def test_no_kind_reads_a_clock_or_does_io() -> None:
    forbidden = re.compile(r"\b(time\.time|datetime\.now|utcnow|random\.|open\(|requests|socket|os\.environ)\b")
    for path in NODES.rglob("*.py"):
        if not path.name.startswith("test_"):
            assert not forbidden.search(path.read_text("utf-8")), path


@every_kind
def test_what_a_person_is_shown_of_a_memory_exists_and_has_words_in_both_languages(kind: type[Kind]) -> None:
    if kind.Memory is None:
        return
    said = kind.Memory.said
    fields = set(kind.Memory.__struct_fields__)
    for lang in LANGUAGES if fields - UNSAID else ():
        assert said[lang]
        assert set(said[lang]) <= fields
        assert all(said[lang].values())
    assert all(JAPANESE.search(text) for text in said.get("ja", {}).values())


UNSAID = {"latest", "recent"}
"""Fields of memories that say nothing to a person: a memory of these alone needs no words."""
