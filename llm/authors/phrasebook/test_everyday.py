"""Everyday ways of saying things in Japanese that were once built as something else."""

import json

import pytest

from llm.authors.phrasebook.test_japanese import made


@pytest.mark.parametrize(
    ("registry", "text", "held"),
    [
        ("residence", "最高血圧が160以上か最低血圧が100以上のとき看護師へ", "||"),
        ("cold", "タンク1の水位が20%切ったら店長へ", '"below"'),
        ("cold", "タンク1の水位が20%割ったら店長へ", '"below"'),
        ("care", "在床が外れて15分戻らなければナースステーションへ", "!occupied"),
        ("supermarket", "青果ケース以外のケースが8度を超えたら店長へ", "cs-fish"),
        ("cold", "毎朝7時に店長へ「開店準備」と送って。日曜日はいりません。", "0 7 * * 1,2,3,4,5,6"),
        ("supermarket", "毎時15分に店内人数を本部へ送信", "15 * * * *"),
        ("cold", "冷凍庫Aと冷凍庫Bの温度が3度以上違ったら品質管理へ", "difference"),
        ("bakery", "オーブンのうち2台以上でバーナーが消えたら工場長へ", "!burner"),
    ],
)
def test_it_is_built_as_it_is_said(registry: str, text: str, held: str) -> None:
    document = made(text, registry).document
    assert document is not None
    assert held in json.dumps(document["nodes"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("registry", "text"),
    [
        ("charging", "充電器1か充電器2のどちらか1台だけが接続中なら当直へ"),
        ("supermarket", "電力が300kWを超えそうになったら本部へ"),
        ("residence", "体重が前回より2kg以上増えたら看護師に"),
        ("charging", "充電器が接続されてから30分で出力が0なら当直に"),
        ("cold", "以後、閉まるまで10分おきに店長へ通知"),
    ],
)
def test_what_cannot_be_built_is_not_built_as_something_else(registry: str, text: str) -> None:
    compiled = made(text, registry)
    assert compiled.document is None
    assert any(problem.code == "cannot_build" for problem in compiled.problems)
