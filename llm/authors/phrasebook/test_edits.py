from typing import Any

import pytest

from document.validate import validate
from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Compilation
from llm.compile import compile
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog

REGISTRY = registry_named("plant")
BUILT = compile(
    "モーターの電流が12Aを30秒超えたら保全班に通知して積層灯を赤にする。戻ったら緑にする。",
    author=Phrasebook(), registry=REGISTRY, catalog=full_catalog(),
).document  # fmt: skip


def edited(prompt: str, document: dict[str, Any] | None = BUILT) -> Compilation:
    assert document is not None
    return compile(prompt, author=Phrasebook(), registry=REGISTRY, catalog=full_catalog(), document=document)


def nodes_of(made: Compilation | None) -> dict[str, Any]:
    document = BUILT if made is None else made.document
    assert document is not None
    return {node["id"]: node for node in document["nodes"]}


@pytest.mark.parametrize(
    ("prompt", "name", "value"),
    [
        ("上限を10Aにして", "limit", 10), ("make it 10 A", "limit", 10), ("change 12 to 15", "limit", 15), ("30秒を1分に変えて", "hold", "1m"),
        ("hold it for 2 minutes", "hold", "2m"), ("継続時間は45秒にしてください", "hold", "45s"), ("しきい値を8アンペアに", "limit", 8),
    ],
)  # fmt: skip
def test_a_number_or_a_duration_is_changed_and_nothing_else(prompt: str, name: str, value: Any) -> None:
    made = edited(prompt)
    assert made.document is not None
    assert made.document["settings"][name]["value"] == value
    assert nodes_of(made) == nodes_of(None)
    assert made.plan


@pytest.mark.parametrize("prompt", ["制御室にも通知して", "also notify the control room", "Tell the control room too"])
def test_somebody_more_is_told_and_the_others_stay(prompt: str) -> None:
    made, before = nodes_of(edited(prompt)), nodes_of(None)
    assert {id: made[id] for id in before} == before
    (added,) = [node for id, node in made.items() if id not in before]
    assert added["params"]["to"] == "control"
    assert added["from"] == before["tell"]["from"]


@pytest.mark.parametrize("prompt", ["通知先を制御室に変更", "notify the control room instead"])
def test_somebody_else_is_told_by_the_same_node(prompt: str) -> None:
    made = nodes_of(edited(prompt))
    assert made["tell"]["params"]["to"] == "control"
    assert set(made) == set(nodes_of(None))


def test_another_choice_of_a_command_replaces_the_first_one_only() -> None:
    made = nodes_of(edited("積層灯を黄色にして"))
    assert made["stack_red"]["params"]["values"] == {"color": "amber"}
    assert made["stack_green"] == nodes_of(None)["stack_green"]


def test_the_end_is_told_too() -> None:
    made = nodes_of(edited("戻ったときも知らせて"))
    (added,) = [node for id, node in made.items() if id not in nodes_of(None)]
    assert added["from"] == ["current_high.cleared"]


def test_what_is_not_wanted_any_more_is_taken_out() -> None:
    assert set(nodes_of(edited("積層灯への指示はやめて"))) == {"motor", "current_high", "tell"}
    assert "tell" not in nodes_of(edited("Stop notifying the maintenance crew"))


@pytest.mark.parametrize("prompt", ["remove the hold", "the hold is not needed", "継続時間はなくして"])
def test_a_param_that_need_not_be_there_is_taken_out_with_its_setting(prompt: str) -> None:
    made = edited(prompt)
    assert made.document is not None
    assert "hold" not in made.document["settings"]
    before = nodes_of(None)
    assert nodes_of(made) == {
        **before, "current_high": {**before["current_high"], "params": {k: v for k, v in before["current_high"]["params"].items() if k != "for"}}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("prompt", "gone"),
    [
        ("delete the last node", "stack_green"), ("緑のほうは不要", "stack_green"), ("remove the red light", "stack_red"),
        ("remove the notification", "tell"),
    ],
)  # fmt: skip
def test_a_node_that_is_named_is_taken_out(prompt: str, gone: str) -> None:
    before = nodes_of(None)
    assert nodes_of(edited(prompt)) == {id: node for id, node in before.items() if id != gone}


@pytest.mark.parametrize(
    "prompt", ["remove the limit", "delete the first node", "戻ったときの通知は不要", "don't notify the control room"]
)
def test_nothing_else_is_taken_out_in_place_of_what_is_not_there_or_is_needed(prompt: str) -> None:
    assert edited(prompt).document is None


@pytest.mark.parametrize(
    "prompt",
    [
        "remove the winding temperature part",
        "remove the winding temperature alert",
        "don't watch the winding temperature any more",
        "巻線温度の監視はやめて",
        "巻線温度の通知は不要",
    ],
)
def test_a_condition_goes_with_all_that_only_it_leads_to(prompt: str) -> None:
    """Its notice must not be told at every reading instead."""
    both = edited("also notify the control room when the winding temperature is above 90 °C").document
    after = edited(prompt, both).document
    assert after is not None
    assert nodes_of(edited(prompt, both)) == nodes_of(None)
    assert after["settings"] == (BUILT or {})["settings"]


@pytest.mark.parametrize("prompt", ["add a cooldown of 10 minutes", "再通知は10分に1回までにして"])
def test_notices_are_made_rarer_by_a_node_in_front_of_them(prompt: str) -> None:
    made = edited(prompt)
    after, before = nodes_of(made), nodes_of(None)
    assert after.pop("quiet")["from"] == before["tell"]["from"]
    assert after == {**before, "tell": {**before["tell"], "from": ["quiet"]}}
    assert made.evidence["reading"]["unused"] == []


def test_a_node_is_moved_and_its_readers_read_on() -> None:
    quiet = edited("add a cooldown of 10 minutes").document
    for prompt in ("move the cooldown after the tell node", "再通知の抑制を通知の後ろに移動して"):
        after = nodes_of(edited(prompt, quiet))
        assert after["tell"]["from"] == nodes_of(None)["tell"]["from"]
        assert after["quiet"]["from"] == ["tell.sent"]
    assert edited("move the cooldown after the moon", quiet).document is None


@pytest.mark.parametrize(
    ("prompt", "name"),
    [("rename the flow to Hot motors", "Hot motors"), ("フローの名前を「過電流」に変えて", "過電流")],
)
def test_the_flow_is_renamed(prompt: str, name: str) -> None:
    made = edited(prompt)
    assert made.document is not None
    assert made.document["name"] == name
    assert nodes_of(made) == nodes_of(None)


def test_a_node_is_renamed() -> None:
    for prompt in ("rename the second node to Overload", "2番目のノードの名前を「Overload」にして"):
        assert nodes_of(edited(prompt))["current_high"]["label"] == "Overload"


def test_a_whole_further_wish_is_added_beside_what_is_there() -> None:
    made, before = edited("5Aを下回ったら制御室に通知して"), nodes_of(None)
    after = nodes_of(made)
    assert {id: after[id] for id in before} == before
    assert any(node["params"].get("to") == "control" for node in after.values())


@pytest.mark.parametrize("prompt", ["make it purple", "歌って", "42 wombats", "経理部にも通知して"])
def test_what_is_not_understood_says_so_and_gives_no_document(prompt: str) -> None:
    made = edited(prompt)
    assert made.document is None
    assert any(problem.code == "cannot_build" for problem in made.problems)


def test_a_flow_that_somebody_else_wrote_is_edited_in_its_params() -> None:
    document = {
        "suiro": 1, "name": "By hand",
        "nodes": [
            {"id": "m", "kind": "devices", "params": {"type": "motor"}},
            {"id": "hot", "kind": "threshold", "from": ["m"], "params": {"field": "winding_temp", "above": 90, "for": "10s"}},
            {"id": "say", "kind": "notify", "from": ["hot"], "params": {"to": "maint", "text": "hot"}},
        ],
    }  # fmt: skip
    made = nodes_of(edited("make it 100 degrees for 20 seconds", document))
    assert made["hot"]["params"] == {"field": "winding_temp", "above": 100, "for": "20s"}
    assert validate(edited("make it 100 degrees", document).document, full_catalog(), REGISTRY) == []


@pytest.mark.parametrize(
    ("prompt", "words", "nodes", "settings", "unused"),
    [
        ("make it 10 A", "10 A", [], {"limit": "10 A"}, []),
        ("30秒を1分に変えて", "30秒を1分", [], {"hold": "30秒を1分"}, []),
        ("also notify the control room, but gently, within 3 minutes", "control room", ["tell_2"], {}, ["within 3 minutes", "gently"]),
        ("制御室にも俳句を添えて通知して", "制御室", ["tell_2"], {}, ["俳句"]),
        ("積層灯を黄色にして", "積層灯を黄色にして", ["stack_red"], {}, []),
    ],
)  # fmt: skip
def test_an_edit_says_what_its_words_changed_and_which_it_did_not_use(
    prompt: str, words: str, nodes: list[str], settings: dict[str, str], unused: list[str]
) -> None:
    reading = edited(prompt).evidence["reading"]
    (part,) = reading["parts"]
    assert (part["words"], part["sort"], part["nodes"], part["settings"]) == (words, "change", nodes, settings)
    assert 0 < part["confidence"] <= 1
    assert reading["unused"] == unused


def test_the_reading_of_a_further_wish_is_that_of_a_sentence() -> None:
    parts = edited("5Aを下回ったら制御室に通知して").evidence["reading"]["parts"]
    assert [(part["sort"], part["nodes"]) for part in parts] == [("when", ["current_low"]), ("do", ["tell_2"])]


SENTENCE = "When the motor current is too high, notify the maintenance crew."


def answer(document: dict[str, Any] | None, **answers: Any) -> Compilation:
    catalog = full_catalog()
    return compile(
        SENTENCE, author=Phrasebook(), registry=REGISTRY, catalog=catalog, document=document, answers=answers
    )


def test_an_answer_about_the_sentence_of_the_flow_changes_only_what_hangs_on_it() -> None:
    built = answer(None).document
    assert built is not None
    mine = {**built, "nodes": [*built["nodes"][:-1], {**built["nodes"][-1], "label": "Tell them"}]}
    made = nodes_of(answer(mine, recovery="yes"))
    assert made.pop("tell_back")["from"] == ["current_high.cleared"]
    assert list(made.values()) == mine["nodes"]
    limited = answer(mine, limit=9)
    assert limited.document is not None
    assert limited.document["settings"]["limit"]["value"] == 9
    assert limited.document["nodes"] == mine["nodes"]
