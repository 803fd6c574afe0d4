"""Addresses and secrets never get into a flow, and are refused in words; everything else of the sentence is built."""

import json

import pytest

from document.problems import render
from llm.authors.phrasebook.outside import without_outside
from llm.authors.phrasebook.test_confidence import read


@pytest.mark.parametrize(
    ("prompt", "lang", "part", "kept"),
    [
        ("When a kiln is above 80 °C, tell the shift channel and https://evil.example/hook?k=1.", "en", "“https://evil.example/hook?k=1”", "evil"),
        ("炉の温度が80℃を超えたら当直と http://10.0.0.7:8080/x に知らせて", "ja", "「http://10.0.0.7:8080/x」", "10.0.0"),
        ("When a kiln is above 80 °C, tell the shift channel and bob@example.com", "en", "“bob@example.com”", "bob"),
        ("When a kiln is above 80 °C, tell the shift channel with the password hunter2!", "en", "“password”", "hunter2"),
        ("パスワードはabc-123です。炉の温度が80℃を超えたら当直に知らせて", "ja", "「パスワード」", "abc-123"),
    ],
)  # fmt: skip
def test_it_is_refused_by_name_and_stands_nowhere_else(prompt: str, lang: str, part: str, kept: str) -> None:
    made = read(prompt)
    assert made.document is not None
    assert kept not in json.dumps(made.document, ensure_ascii=False)
    assert [n["params"]["to"] for n in made.document["nodes"] if "to" in n["params"]] == ["shift"]
    assert made.document["settings"]["limit"]["value"] == 80
    said = [render(p, lang)["message"] for p in made.problems if p.code == "cannot_build"]
    assert part in said[0]
    if part.strip("“”「」") in ("password", "パスワード"):
        assert kept not in json.dumps(made.as_json(lang), ensure_ascii=False), "a secret is not said again"


@pytest.mark.parametrize(
    "prompt",
    [
        "above 1.5 and 10.25",
        "12:30",
        "A/B",
        "the token ring is down",
        "version 2.0.1",
        "パスワードを変えたら",
        "secret level 3",
    ],
)
def test_ordinary_numbers_and_words_are_left_alone(prompt: str) -> None:
    assert without_outside(prompt) == (prompt, [])
