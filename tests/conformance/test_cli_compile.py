"""`python -m llm compile` and what follows it, through the command line only (CONTRACTS section 5)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "gallery" / "first" / "registry.json"
JAPANESE = (
    "炉の温度が80℃を超えた状態が30秒続いたら、現場チャンネルに一度だけ通知して、信号灯を赤にする。下がったら緑に戻す。"
)
ENGLISH = (
    "When a kiln stays above 80 °C for 30 seconds, notify the shift channel once and turn the signal tower red; "
    "green again when it cools."
)
START = 1_767_571_200_000
KEYS = {"document", "plan", "questions", "assumptions", "problems", "evidence", "explanation", "author"}


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    # A locale that is not UTF-8 must change nothing.
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "", **environment}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=env,
        timeout=60,
    )


def compiled(prompt: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = run("llm", "compile", "--devices", str(REGISTRY), *arguments, stdin=prompt)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def overheating(folder: Path) -> Path:
    """Kiln 1 at 90 °C from 60 s to 300 s, one reading every 5 s."""
    lines = []
    for second in range(0, 480, 5):
        value = 90 if 60 <= second < 300 else 60
        data = {"temperature": value, "power": 10}
        lines.append(json.dumps({"time": START + second * 1000, "device": "kiln-1", "data": data}))
    path = folder / "events.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("prompt", [JAPANESE, ENGLISH])
def test_both_sentences_fire_once_after_thirty_seconds_and_recover_once(prompt: str, tmp_path: Path) -> None:
    code, made = compiled(prompt)
    assert code == 0
    assert set(made) == KEYS
    assert made["author"] == "phrasebook"
    assert made["problems"] == []
    flow = tmp_path / "flow.json"
    flow.write_text(json.dumps(made["document"], ensure_ascii=False), "utf-8")
    checked = run("runtime", "validate", str(flow), "--devices", str(REGISTRY))
    assert json.loads(checked.stdout) == {"problems": []}
    replayed = run("runtime", "replay", str(flow), "--events", str(overheating(tmp_path)), "--devices", str(REGISTRY))
    actions = [json.loads(line) for line in replayed.stdout.splitlines()]
    assert [(a["time"], a["kind"], a["data"].get("to") or a["data"]["values"]["color"]) for a in actions] == [
        ("2026-01-05T00:01:30.000Z", "notify", "shift-channel"),
        ("2026-01-05T00:01:30.000Z", "command", "red"),
        ("2026-01-05T00:05:00.000Z", "command", "green"),
    ]


def test_what_was_said_is_a_setting_and_what_was_not_is_an_assumed_one() -> None:
    _, made = compiled("When a kiln is above 80 °C notify the shift channel")
    settings = made["document"]["settings"]
    assert settings["limit"]["value"] == 80
    assert settings["limit"]["unit"] == "°C"
    assert settings["limit"]["assumed"] is False
    assert settings["hold"]["assumed"] is True
    assert [a["setting"] for a in made["assumptions"]] == ["hold"]
    assert [q["id"] for q in made["questions"]] == ["hold", "recovery"]
    for question in made["questions"]:
        assert {"id", "text", "setting", "options", "default", "why"} == set(question)


def test_answers_are_built_in_and_not_asked_again(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"hold": "5m", "recovery": "yes"}', "utf-8")
    code, made = compiled("When a kiln is above 80 °C notify the shift channel", "--answers", str(answers))
    assert code == 0
    assert made["questions"] == []
    assert made["document"]["settings"]["hold"] == {"value": "5m", "label": "How long it must last", "assumed": False}
    assert any(node.get("from") == ["temperature_high.cleared"] for node in made["document"]["nodes"])


def test_a_part_that_cannot_be_built_is_quoted_and_the_rest_is_built() -> None:
    code, made = compiled("When a kiln is above 80 °C notify the shift channel and close the blast gate")
    assert code == 0
    assert [p["code"] for p in made["problems"]] == ["cannot_build"]
    assert made["problems"][0]["severity"] == "warning"
    assert "blast gate" in made["problems"][0]["message"]


@pytest.mark.parametrize(
    "prompt", ["", "   ", "Sing a song.", "ボイラーの圧力が1MPaを超えたら現場チャンネルに通知", "\x00\x1b[31m"]
)
def test_nothing_built_is_no_document_and_exit_one(prompt: str) -> None:
    code, made = compiled(prompt)
    assert code == 1
    assert made["document"] is None
    assert made["problems"]


def test_an_edit_changes_one_setting_and_leaves_every_node_as_it_was(tmp_path: Path) -> None:
    _, before = compiled(JAPANESE)
    flow = tmp_path / "flow.json"
    flow.write_text(json.dumps(before["document"], ensure_ascii=False), "utf-8")
    code, after = compiled("上限を70℃にして", "--document", str(flow))
    assert code == 0
    assert after["document"]["settings"]["limit"]["value"] == 70
    assert after["document"]["nodes"] == before["document"]["nodes"]
    code, refused = compiled("make it purple", "--document", str(flow))
    assert code == 1
    assert refused["document"] is None


def test_wrong_use_is_exit_two(tmp_path: Path) -> None:
    assert run("llm").returncode == 2
    assert run("llm", "compile", "--author", "nobody", stdin="x").returncode == 2
    assert run("llm", "compile", "--devices", str(tmp_path / "none.json"), stdin="x").returncode == 2
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    assert run("llm", "compile", "--document", str(broken), stdin="x").returncode == 2


def test_the_language_of_the_prompt_or_the_one_asked_for_is_spoken() -> None:
    _, japanese = compiled(JAPANESE)
    assert "炉" in japanese["document"]["name"]
    _, english = compiled("炉が80℃を超えたら現場チャンネルに通知", "--lang", "ja")
    assert english["questions"][0]["text"].endswith("か。")


def test_a_model_that_is_not_set_up_says_so() -> None:
    done = run("llm", "compile", "--author", "model", "--devices", str(REGISTRY), stdin=ENGLISH)
    assert done.returncode == 1
    assert [p["code"] for p in json.loads(done.stdout)["problems"]] == ["author_not_ready"]


def test_the_same_words_give_the_same_answer() -> None:
    assert compiled(ENGLISH) == compiled(ENGLISH)
