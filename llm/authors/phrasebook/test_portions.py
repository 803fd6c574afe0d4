"""Sums of a part of each day are refused by their words, and sums over a length of time are of the field that is named."""

import pytest

from llm.authors.phrasebook.test_tolerances import made


@pytest.mark.parametrize(
    ("registry", "prompt", "words"),
    [
        ("cold", "毎朝7時に夜間の冷凍庫Aの平均庫内温度を店長に送って", "夜間"),
        ("orchard", "毎朝6時に昨夜の最低気温を園主に送って", "昨夜"),
        ("cold", "Every morning at 7 send the store manager the average temperature of freezer A of the night.", "of the night"),
        ("cold", "Every morning at 7 send the store manager the overnight maximum temperature of freezer A.", "overnight"),
        ("cold", "Every day at 7:00 send the store manager the average temperature of freezer A from 22:00 to 6:00.", "22:00 to 6:00"),
    ],
)  # fmt: skip
def test_a_part_of_the_day_is_never_the_whole_day(registry: str, prompt: str, words: str) -> None:
    params, missed = made(registry, prompt)
    assert params == []
    assert words in missed


@pytest.mark.parametrize(
    ("registry", "prompt"),
    [
        ("cold", "毎朝7時に冷凍庫Aの平均庫内温度を店長に送って"),
        (
            "cold",
            "At 7 in the morning send the store manager the average temperature of freezer A.",
        ),
    ],
)
def test_the_part_of_the_day_at_which_it_is_told_is_no_part_to_sum_up(registry: str, prompt: str) -> None:
    params, _ = made(registry, prompt)
    assert any(p.get("calc") == "average" and p.get("each") == "day" for p in params)


@pytest.mark.parametrize(
    ("registry", "prompt", "field", "over"),
    [
        ("retail", "10分間の合計来店者数が100人を超えたら店長に知らせて", "count", "10m"),
        ("retail", "1時間の来店者数の合計が100人を超えたら店長に知らせて", "count", "1h"),
    ],
)
def test_a_total_of_a_field_is_no_running_time(registry: str, prompt: str, field: str, over: str) -> None:
    params, _ = made(registry, prompt)
    assert any(p.get("calc") == "sum" and p["field"] == field and p["over"] == over for p in params), params
