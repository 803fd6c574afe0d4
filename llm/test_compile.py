import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from document.problems import has_errors
from document.validate import validate
from llm.authors.phrasebook.author import Phrasebook
from llm.compile import LONGEST_PROMPT, compile
from llm.evals.scenario import registry_named, scenarios
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.things import Device, DeviceType, Registry, TypeField

NAMES = ["kilns", "plant", "cold", "building", "farm", "logistics"]
PIECES = [
    word
    for s in scenarios()
    for word in (s.prompt.split() if s.lang == "en" else [s.prompt[i : i + 4] for i in range(0, len(s.prompt), 4)])
]


def sound(prompt: str, registry: Registry) -> None:
    made = compile(prompt, author=Phrasebook(), registry=registry, catalog=full_catalog())
    assert made.document is None or not has_errors(validate(made.document, full_catalog(), registry))
    assert made.document is not None or made.problems
    made.as_json("ja")


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.sampled_from(PIECES), min_size=1, max_size=25),
    name=st.sampled_from(NAMES),
    glue=st.sampled_from(["", " ", "、"]),
)
def test_shuffled_words_give_a_sound_document_or_a_problem(words: list[str], name: str, glue: str) -> None:
    sound(glue.join(words), registry_named(name))


@settings(max_examples=100, deadline=None)
@given(prompt=st.text(max_size=200))
def test_any_text_gives_a_sound_document_or_a_problem(prompt: str) -> None:
    sound(prompt, registry_named("plant"))


@pytest.mark.parametrize(
    "prompt",
    [
        "1" * 9_000,
        "「" * 5_000,
        "9e999 °C when",
        "温度が" * 3_000,
        "a" * 10_001,
        "every " * 1_600,
        "千" * 9_000,
        "(" * 9_000,
    ],
)
def test_long_and_strange_prompts_end_in_time(prompt: str) -> None:
    began = time.process_time()
    sound(prompt, registry_named("plant"))
    assert time.process_time() - began < 10


def test_a_prompt_that_is_too_long_is_a_named_problem() -> None:
    made = compile("x" * (LONGEST_PROMPT + 1), author=Phrasebook(), registry=Registry(), catalog=full_catalog())
    assert [p.code for p in made.problems] == ["too_long"]


def test_without_any_registry_nothing_is_invented() -> None:
    made = compile(
        "When a kiln is above 80 °C notify the shift channel",
        author=Phrasebook(),
        registry=Registry(),
        catalog=full_catalog(),
    )
    assert made.document is None


def test_a_catalog_of_one_kind_builds_nothing_and_says_so() -> None:
    one = Catalog([next(iter(full_catalog()))])
    made = compile(
        "When a kiln is above 80 °C notify the shift channel",
        author=Phrasebook(),
        registry=registry_named("kilns"),
        catalog=one,
    )
    assert made.document is None
    assert made.problems


def test_ten_thousand_devices_are_read_in_a_second() -> None:
    rng = random.Random(1)
    types = {
        f"type{n}": DeviceType(id=f"type{n}", label={"en": f"gadget {n}"}, fields=[TypeField(name="heat", unit="°C")])
        for n in range(500)
    }
    devices = {
        f"dev-{n}": Device(id=f"dev-{n}", type=f"type{rng.randrange(500)}", label={"en": f"Gadget thing {n}"})
        for n in range(10_000)
    }
    registry = Registry(types=types, devices=devices, destinations=registry_named("kilns").destinations)
    began = time.process_time()
    made = compile(
        "When gadget 77 heat is above 80 °C notify the shift channel",
        author=Phrasebook(),
        registry=registry,
        catalog=full_catalog(),
    )
    assert made.document is not None
    assert made.document["nodes"][0]["params"]["type"] == "type77"
    assert time.process_time() - began < 5
