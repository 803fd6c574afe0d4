"""Other words for the sentences of the gallery: the same is built, or it is told what is missing; never something else."""

from typing import Any

import pytest

from gallery.prove import Lang, said
from gallery.scenario import scenario_named


def built(name: str, lang: Lang, sentence: str) -> tuple[dict[str, Any] | None, list[str]]:
    scenario = scenario_named(name)
    assert scenario is not None
    made = said(scenario, sentence, lang)
    return made.document, made.problems


@pytest.mark.parametrize(
    ("name", "lang", "sentence", "words"),
    [
        ("vehicles", "en", "Notify the fleet manager when the engine of a truck runs for 15 minutes at less than 1 km/h.", "engine"),
        ("parts", "ja", "ロット毎の不良率を記録し、最新20個のうち30%超が不良になったら品質担当に連絡して。", "30%"),
        ("meeting_rooms", "ja", "会議室のCO2が800ppm未満なら同じ部屋のランプを緑、1000ppm以上なら赤にする。"
         "予約があるのに15分間無人なら予約を取り消し、10分間無人なら空調を止める。", "10分間"),
        ("truckload", "ja", "1週間ごとにルート別平均積載率を出して、40%に満たなければ配車担当へ知らせてください。", "1週間ごとに"),
        ("river", "en", 'Tell the duty officer when the water level of the river goes up 30 cm or more in 10 minutes. '
         'Tell the duty officer "Advisory level." at 2.0 m.', "2.0 m"),
    ],
)  # fmt: skip
def test_what_would_be_left_out_of_a_condition_is_told_and_nothing_else_is_built(
    name: str, lang: Lang, sentence: str, words: str
) -> None:
    document, problems = built(name, lang, sentence)
    assert document is None
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("name", "lang", "sentence", "params"),
    [
        ("vehicles", "ja", "10分間データが来ないトラックがあれば配車係に知らせる。", {"for": "$silence"}),
        ("living_alone", "ja", "人の動き、電気ポット、玄関のいずれも10時間反応がないお宅があれば、家族に通知する。",
         {"expr": "!motion && !kettle && !door", "for": "$hold"}),
        ("living_alone", "ja", "人の動きと電気ポットに10時間反応がなければ、家族に通知する。",
         {"expr": "!motion && !kettle", "for": "$hold"}),
        ("machine_service", "en", "If a compressor is unavailable for five minutes, notify field service.",
         {"expr": "!available", "for": "$hold"}),
        ("bearing", "ja", "冷却ポンプの振動が7.1mm/sに達するまで5日を切ったら保全システムへ依頼を送る。",
         {"field": "vibration", "above": "$limit", "within": "$left"}),
        ("bearing", "ja", "冷却ポンプの振動が5日以内に7.1mm/sに届く見込みになったら、保全システムに依頼を送る。",
         {"field": "vibration", "above": "$limit", "within": "$left"}),
        ("gauge", "en", "If the pressure has been above 1.2 MPa for 30 seconds, notify the plant operator, and once more when it "
         "is down to 1.1 MPa.", {"field": "pressure", "for": "$hold", "above": "$limit", "margin": "$margin"}),
        ("gauge", "ja", "圧力が30秒以上1.2MPaを上回ったら設備当番に通知、1.1MPaに下がったらもう一度通知して。",
         {"field": "pressure", "for": "$hold", "above": "$limit", "margin": "$margin"}),
        ("heat_stress", "en", "When a work area's WBGT goes to 28 °C or higher, tell the crew speakers. At 31 °C or higher tell the "
         "site foreman.", {"field": "wbgt", "at_least": "$limit_2"}),
    ],
)  # fmt: skip
def test_the_condition_is_what_was_said(name: str, lang: Lang, sentence: str, params: dict[str, Any]) -> None:
    document, problems = built(name, lang, sentence)
    assert document is not None, problems
    assert params in [node["params"] for node in document["nodes"]]


@pytest.mark.parametrize("sentence", ["10分以内に30分デマンドが500kWを超える見込みなら、設備担当に通知する。",
                                      "このままだと10分後に30分デマンドが契約電力500kWを超えそうなときは、設備担当に知らせて。"])  # fmt: skip
def test_a_demand_that_will_be_too_high_is_foretold(sentence: str) -> None:
    document, problems = built("energy", "ja", sentence)
    assert document is not None, problems
    assert problems == []
    assert any(node["params"].get("within") == "$left" for node in document["nodes"])
    assert document["settings"]["left"]["value"] == "10m"
    assert document["settings"]["limit"]["value"] == 500
