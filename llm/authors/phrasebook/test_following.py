"""Sentences that only add to the one before, and events that are named without a verb."""

from typing import Any

import pytest

from llm import compile as compiler
from llm.authors.phrasebook.author import Phrasebook
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def nodes_of(registry: str, prompt: str) -> list[dict[str, Any]]:
    made = compiler.compile(
        prompt, author=Phrasebook(), registry=registry_named(registry), catalog=full_catalog(), lang="ja", answers={}
    )
    return made.document["nodes"] if made.document is not None else []


@pytest.mark.parametrize(
    ("registry", "prompt", "only"),
    [
        (
            "bakery",
            "オーブンの炉内温度が250℃を超えたらライン長に知らせて。4号オーブンは除く。",
            ["ov-1", "ov-2", "ov-3"],
        ),
        ("seaport", "排水ポンプ1が止まったら運用室に知らせて。排水ポンプ2も同様に。", ["dr-1", "dr-2"]),
        ("brewery", "発酵タンク1の品温が22℃を超えたら冷却を入れて。発酵タンク2も。", ["fv-1", "fv-2"]),
    ],
)
def test_devices_that_a_sentence_of_its_own_adds_or_leaves_out(registry: str, prompt: str, only: list[str]) -> None:
    assert nodes_of(registry, prompt)[0]["params"]["only"] == only


def test_a_state_in_which_the_sentence_before_does_not_count() -> None:
    nodes = nodes_of("seaport", "冷蔵倉庫の庫温が5℃を超えたら運用室へ連絡して。ただし扉が開いている間は除きます。")
    assert nodes[1]["params"]["expr"] == "temp > settings.limit && !door"


def test_told_once_and_not_again_for_a_while() -> None:
    nodes = nodes_of("seaport", "変圧器の油温が80℃を超えたら電気係へ連絡。一回連絡したら、その後1時間は黙っていて。")
    assert any(node["kind"] == "cooldown" for node in nodes)


@pytest.mark.parametrize(
    ("registry", "prompt", "port"),
    [
        ("tower", "サーバー室ドア：開で警備室へ、閉で施設管理室へ通知", "open_met.cleared"),
        ("brewery", "冷凍機：停止で設備係へ連絡、再開で醸造長へ連絡", "running_met.cleared"),
    ],
)
def test_opposite_events_behind_a_colon(registry: str, prompt: str, port: str) -> None:
    assert nodes_of(registry, prompt)[-1]["from"] == [port]


def test_hours_that_a_bracket_explains() -> None:
    nodes = nodes_of("tower", "業務時間外（18時〜翌8時）にサーバー室ドアが開いたら警備室に知らせる")
    hours = next(node for node in nodes if node["kind"] == "working_hours")
    assert (hours["params"]["hours"][0]["from"], hours["params"]["hours"][0]["to"]) == ("18:00", "08:00")
    assert nodes[-1]["from"] == ["hours.during"]


def test_a_multiple_of_the_average_is_no_number_of_the_field() -> None:
    nodes = nodes_of("bakery", "コンプレッサーの消費電力が直近1時間の平均の1.5倍を超えたら保全に連絡")
    assert nodes[2]["params"]["expr"] == "power > settings.limit * baseline"


def test_a_further_limit_is_one_of_what_was_worked_out() -> None:
    nodes = nodes_of("waterpark", "熱環境計の暑さ指数が28以上になったら運営本部へ、31以上で救護室へも知らせて")
    assert [node["params"]["field"] for node in nodes if node["kind"] == "threshold"] == ["wbgt", "wbgt"]


def test_a_text_that_is_handed_on_is_in_the_message() -> None:
    assert "{note}" in nodes_of("brewery", "検査端末の所見を品質管理に回して")[-1]["params"]["text"]
