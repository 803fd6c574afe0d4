from typing import Any

import msgspec

from document.registry import load_registry
from llm.evals.asked import asked
from llm.evals.numbers import fits_duration, fits_number, said_numbers
from llm.evals.playing import agrees, compared, play
from llm.evals.scenario import Scenario, Stream
from llm.evals.told import untrue
from llm.evals.values import inexact, invented

REGISTRY, _ = load_registry({
    "types": [{"id": "kiln", "topic": "k/{device}", "fields": [{"name": "temperature", "unit": "°C"}, {"name": "photo", "type": "image"}]}],
    "devices": [{"id": "k1", "type": "kiln", "label": {"en": "Kiln 1"}}],
    "destinations": [{"id": "shift", "service": "inbox", "label": {"en": "shift channel"}}, {"id": "boss", "service": "inbox", "label": {"en": "manager"}}],
    "models": [{"id": "m", "task": "chat"}],
})  # fmt: skip


def document(**params: Any) -> dict[str, Any]:
    return {
        "suiro": 1, "name": "Hot",
        "settings": {"limit": {"value": 80, "unit": "°C", "label": "Limit", "assumed": False}, "hold": {"value": "5m", "label": "Hold", "assumed": True}},
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": "$limit", "for": "$hold", **params}},
            {"id": "tell", "kind": "notify", "from": ["hot.entered"], "params": {"to": "shift", "text": "hot"}},
        ],
    }  # fmt: skip


def action(after: int = 0, device: str = "k1", to: str = "shift") -> dict[str, Any]:
    time = f"2026-01-05T00:{after:02}:00.000Z"
    return {"time": time, "node": "tell", "kind": "notify", "device": device, "data": {"to": to, "text": "hot"}}


def said(prompt: str, **more: Any) -> Scenario:
    return Scenario(id="x", lang="en", prompt=prompt, **more)


def test_numbers_are_read_in_digits_of_any_width_in_kanji_and_in_words() -> None:
    assert {10, 15} <= said_numbers("１０℃を超えた状態が15分続いたら")
    assert {1000, 800} <= said_numbers("千ppmを超えたら、八百ppm以下")
    assert {35_000} <= said_numbers("3万5千回")
    assert {250} <= said_numbers("二百五十")
    assert {5, 0.5} <= said_numbers("for five minutes, or half an hour")


def test_a_number_may_be_said_in_another_unit_and_a_margin_lies_between_two_limits() -> None:
    assert fits_number(0.5, {50.0})
    assert fits_number(200.0, {1000.0, 800.0})
    assert not fits_number(7.0, {50.0})
    assert fits_duration(5_400_000, {1.0, 30.0})
    assert not fits_duration(120_000, {5.0})


def test_a_number_that_nobody_said_is_invented_unless_it_stands_as_assumed() -> None:
    assert invented(said("above 80 °C"), document()) == []
    assert invented(said("above 80 °C"), document(margin=3)) == ["hot.margin = 3"]
    assert invented(said("too hot"), document()) == ["settings.limit = 80"]


def test_what_was_said_must_not_stand_as_assumed() -> None:
    assert inexact(said("above 80 for 5 minutes", params=[80, "5m", "shift"]), document()) == ["5m"]
    assert inexact(said("above 80 for 5 minutes", params=[80, "5m", "shift"]), document(**{"for": "300s"})) == []
    assert inexact(said("until below 75", params=[[75, 75.5]]), document(margin=5)) == []


def test_an_action_after_a_wanted_one_is_twice_and_any_other_is_false() -> None:
    stream = Stream(name="s", given=[], expect=[{"tell": "shift", "at": "5m"}], may=[{"tell": "boss"}])
    played = compared(stream, [action(5), action(7), action(8, to="boss"), action(9, to="office")])
    assert (len(played.missing), len(played.twice), len(played.false)) == (0, 1, 1)
    assert compared(stream, [action(6)]).missing == stream.expect
    assert compared(msgspec.structs.replace(stream, expect=[{"tell": "shift", "at": "5m", "within": "1m"}]), [action(6)]).missing == []  # fmt: skip


def test_an_action_agrees_only_with_its_device_and_its_text() -> None:
    assert agrees({"tell": "shift", "device": "k1", "text": "ho"}, action())
    assert not agrees({"tell": "shift", "device": "k2"}, action())
    assert not agrees({"tell": "shift", "text": "cold"}, action())


def test_a_question_counts_by_what_its_answer_changes() -> None:
    question = {"id": "q", "setting": "limit"}
    assert asked("limit", [question], document())
    assert not asked("hold", [question], document())
    assert asked("hold", [{"id": "hold_2", "setting": None}], document())


def test_an_explanation_may_say_only_what_the_document_holds() -> None:
    assert untrue("1. Kiln 1 above 80 °C for 5 minutes tells the shift channel", document(), REGISTRY) == []
    assert untrue("above 85 °C tells the shift channel", document(), REGISTRY) == ["says 85"]
    assert untrue("above 80 °C tells the manager", document(), REGISTRY) == ["names boss", "does not name shift"]


def test_a_question_to_a_model_is_answered_by_what_is_to_be_seen() -> None:
    fields = [{"name": "broken", "type": "boolean"}, {"name": "what", "values": ["crack", "none"]}]
    flow = document()
    flow["nodes"][1] = {
        "id": "judge",
        "kind": "ai_prompt",
        "from": ["kiln"],
        "params": {"model": "m", "prompt": "?", "fields": fields},
    }
    flow["nodes"][2] = {
        "id": "seen",
        "kind": "condition",
        "from": ["judge"],
        "params": {"expr": 'broken && what == "crack"'},
    }
    flow["nodes"].append(
        {"id": "tell", "kind": "notify", "from": ["seen.true"], "params": {"to": "shift", "text": "hot"}}
    )
    rows = [{"device": "k1", "type": "kiln", "at": at, "data": {"photo": "a.jpg"}} for at in ("0s", "1m")]
    seen = [{"device": "k1", "at": "0s", "yes": False, "words": ["none"]}, {"device": "k1", "at": "1m", "yes": True, "words": ["crack"]}]  # fmt: skip
    stream = Stream(name="s", given=rows, ai=seen, expect=[{"tell": "shift", "device": "k1", "at": "1m"}])
    played = play(stream, flow, REGISTRY)
    assert (played.problem, played.missing, played.false, played.twice) == ("", [], [], [])
