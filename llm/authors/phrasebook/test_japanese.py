"""Ways in which Japanese says things, each as what is built of it."""

import json
from pathlib import Path

import pytest

from document.registry import load_registry
from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Compilation
from llm.compile import compile
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def made(text: str, registry: str) -> Compilation:
    return compile(text, author=Phrasebook(), registry=registry_named(registry), catalog=full_catalog(), lang="ja")


def params(text: str, registry: str) -> str:
    """The params of all nodes as one text."""
    document = made(text, registry).document
    return "" if document is None else json.dumps([n["params"] for n in document["nodes"]], ensure_ascii=False)


@pytest.mark.parametrize(
    ("registry", "text", "held"),
    [
        ("plant", "停止しているポンプで振動が2mm/sを超えたら保全班へ", "vibration > settings.limit && !running"),
        ("building", "在室中に室温が28度を超えたら総務へ", "temperature > settings.limit && occupied"),
        ("cold", "扉が開いている冷凍庫で庫内温度が-10℃以上になったら店長に通知", "temperature >= settings.limit && door_open"),
        ("plant", "運転中のポンプの振動の10分間の平均が6mm/sを超えたら保全班へ", '"expr": "running"'),
        ("quarry", "ユンボのエンジンがかかったまま冷却水温が95度を超えたら重機班へ", "coolant > settings.limit && engine"),
    ],
)  # fmt: skip
def test_a_state_beside_a_condition_narrows_it(registry: str, text: str, held: str) -> None:
    assert held in params(text, registry)


@pytest.mark.parametrize(
    ("registry", "text", "held"),
    [
        ("supermarket", "レジの待ちが6〜9人なら店長、10人以上は本部に連絡", '"between": ["$low", "$high"]'),
        ("quarry", "吊り荷重が定格の9割を超えたら安全担当へ", "load > rated * settings.limit / 100.0"),
        ("works", "作動油温度が1時間前より10度以上高くなったら保全課へ", '"field": "rise"'),
        ("works", "加圧力がいつもの1.5倍を超えたら保全課へ", "tonnage > settings.limit * baseline"),
        ("bakery", "オーブンの炉内温度が10分で5度も上がらないときは保全へ", '"below": "$limit"'),
        ("bakery", "引継ぎノートに「異臭」と書かれたら工場長へ", "text.contains"),
        ("logistics", "滞留数が50個を超えたら配車室に、減って30個になったら「解消」と知らせる", '"at_most": "$limit_2"'),
        ("charging", "充電器の状態が「充電中」から「完了」に変わったら当直に", 'state == \\"充電中\\"'),
        ("charging", "需要電力の30分ごとの平均が350kWを上回ったら当直へ", '"mode": "tumbling"'),
        ("harbor", "かもめ丸が(35.45, 139.65)の3km以内に近づいたら港長へ", '"at_most": "$limit"'),
    ],
)  # fmt: skip
def test_numbers_are_compared_as_they_are_said(registry: str, text: str, held: str) -> None:
    assert held in params(text, registry)


@pytest.mark.parametrize(
    ("registry", "text", "held"),
    [
        ("bakery", "ミキサー1は20A、ミキサー2は25Aを超えたら保全に連絡", [["mx-1"], ["mx-2"]]),
        ("farm", "第1ハウスは気温30度、第2ハウスは気温33度で農場主に知らせて", [["gh-1"], ["gh-2"]]),
        ("bakery", "冷凍庫の庫内温度が-15度を上回ったら、第1冷凍庫なら品証に、第2冷凍庫なら保全に知らせて", [["fz-1"], ["fz-2"]]),
    ],
)  # fmt: skip
def test_what_is_said_once_for_several_counts_for_each(registry: str, text: str, held: list[list[str]]) -> None:
    document = made(text, registry).document
    assert document is not None
    assert [n["params"]["only"] for n in document["nodes"] if n["kind"] == "devices"] == held


@pytest.mark.parametrize(
    ("registry", "text", "held"),
    [
        ("residence", "平日の朝8時に浴槽の湯温を看護師へ", "{temp}"),
        ("quarry", "毎月末日の17時に、発電機の燃料残量を本社へ報告して", "0 17 L * *"),
        ("quarry", "第1月曜の9時に点検の案内を本社へ", "0 9 * * 1#1"),
        ("cold", "毎日18時に搬入口が開いた回数を店長に送って", '"calc": "count"'),
        ("township", "路面温度が0度以下になったら道路課に凍結注意って送って", '"text": "凍結注意"'),
        ("works", "騒音が75dBを超えたら、平日は職長、土日は安全管理室に連絡", '"days": ["sat", "sun"]'),
        ("works", "平日は8時から20時まで、土曜は9時から15時まで、騒音が75dBを超えたら安全管理室へ", '"days": ["sat"], "from": "09:00"'),
        ("harbor", "東ゲートが開いた5分後にサイレンを鳴らす", '"for": "$later"'),
        ("bakery", "炉内温度が270度を超えたらブザーを10秒鳴らす", '"values": {"on": false}'),
    ],
)  # fmt: skip
def test_times_and_what_is_told_are_kept(registry: str, text: str, held: str) -> None:
    assert held in params(text, registry)


def test_hours_that_are_not_wanted_are_taken_out() -> None:
    text = "庭の扉、9時から17時のあいだは開いてても気にしなくていいです。それ以外の時間に開いたら介護士まで。"
    document = made(text, "residence").document
    assert document is not None
    assert any(ref.endswith(".outside") for node in document["nodes"] for ref in node.get("from", []))


@pytest.mark.parametrize(
    ("registry", "text"),
    [
        ("dairy", "殺菌槽の製品温度が72度以上を15秒保てなかったら品質保証に連絡"),
        ("harbor", "吹出温度が設定温度より3度以上高ければ電気係に知らせて"),
        ("charging", "充電器の積算電力量の今日の増加が200kWhを超えたら運用チームに連絡"),
    ],
)
def test_what_cannot_be_built_is_not_built_as_something_else(registry: str, text: str) -> None:
    assert made(text, registry).document is None


@pytest.mark.parametrize("text", ["二酸化炭素が1000ppmを超えたら", "二酸化炭素濃度が10分間ずっと1200ppmを上回ったら"])
def test_a_digit_that_begins_a_word_is_nobodys_number(text: str) -> None:
    """会議室の二酸化炭素 is measured in every meeting room, not in the second one alone."""
    registry, _ = load_registry(Path("gallery/first/registry.json").read_bytes())
    catalog, book = full_catalog(), Phrasebook()
    for rooms, only in (("会議室", {}), ("会議室二", {"only": ["room-2"]})):
        built = compile(f"{rooms}の{text}設備に知らせて", author=book, registry=registry, catalog=catalog, lang="ja")
        assert built.document is not None
        assert built.document["nodes"][0]["params"] == {"type": "room", **only}
