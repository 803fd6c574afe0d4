import json
from pathlib import Path
from typing import Any

import pytest

from llm.authors.phrasebook.author import Phrasebook
from llm.compilation import Drafted
from llm.compile import Request
from llm.evals.__main__ import main
from llm.evals.figures import by_part, figures
from llm.evals.judge import judge
from llm.evals.page import written
from llm.evals.scenario import registry_named, scenarios
from llm.evals.table import as_markdown, as_text, cell, cells
from llm.projection import Projection
from nodes.kit.catalog import full_catalog
from tests.model_server import ModelServer

SCENARIO = next(scenario for scenario in scenarios() if scenario.id == "bare-1")


def built_by_the_phrasebook() -> dict[str, Any]:
    request = Request(registry=registry_named("bare"), catalog=full_catalog(), lang="en")
    document = Phrasebook().write(SCENARIO.prompt, request).document
    assert document is not None
    return document


def test_a_model_at_any_endpoint_is_measured_with_the_key_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projection = Projection(full_catalog(), registry_named("bare"))
    good = {**projection.to_model(built_by_the_phrasebook()), "plan": "Tell"}
    bad = {**good, "nodes": [*good["nodes"][:-1], {**good["nodes"][-1], "kind": "no_such_kind"}]}
    monkeypatch.setenv("MY_KEY", "secret")
    file = tmp_path / "figures.json"
    with ModelServer("honest", lambda body: good if len(body["messages"]) > 2 else bad) as server:
        arguments = ["--author", "model", "--base-url", server.url, "--model", "m-1", "--key-variable", "MY_KEY"]
        code = main([*arguments, "--part", "tuned", "--only", "bare-1", "--lang", "en", "--json", str(file)])
    assert code == 0
    assert server.keys[0] == "secret"
    assert server.requests[0]["model"] == "m-1"
    told = json.loads(file.read_text("utf-8"))
    measured = told["figures"]["tuned"]["en"]
    assert told["author"] == "model m-1"
    assert measured["n"] == 1
    assert measured["valid at first try"] == {"got": 0, "of": 1}
    assert measured["valid at the end"] == {"got": 1, "of": 1}
    assert measured["behaviour passed"] == {"got": 1, "of": 1}
    assert measured["repair rounds"]["count"] >= 1
    assert measured["parameters exact"] == {"got": 1, "of": 1}
    assert "model m-1" in capsys.readouterr().out


def test_a_model_that_writes_prose_is_measured_as_building_nothing(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    with ModelServer("prose") as server:
        arguments = ["--author", "model", "--base-url", server.url, "--model", "m"]
        main([*arguments, "--part", "tuned", "--only", "bare-1", "--json", str(file)])
    measured = json.loads(file.read_text("utf-8"))["figures"]["tuned"]["en"]
    assert measured["built"] == {"got": 0, "of": 1}
    assert measured["behaviour passed"] == {"got": 0, "of": 1}
    assert measured["crashes"]["count"] == 0


def test_sentences_are_shown_only_when_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    main(["--part", "second", "--limit", "6", "--json", str(file)])
    shown = capsys.readouterr().out + file.read_text("utf-8")
    assert not [
        scenario.id for scenario in scenarios("second") if scenario.prompt in shown or f'"{scenario.id}"' in shown
    ]
    assert "second, by subject" in shown


def test_a_limit_takes_an_even_sample_of_each_language(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    main(["--part", "tuned", "--limit", "2", "--json", str(file)])
    assert {lang: one["n"] for lang, one in json.loads(file.read_text("utf-8"))["figures"]["tuned"].items()} == {"ja": 2, "en": 2}  # fmt: skip


def test_an_author_that_raises_is_counted_and_does_not_end_the_measurement() -> None:
    class Broken:
        name = "broken"

        def write(self, prompt: str, request: Request) -> Drafted:
            raise RecursionError

        def repair(self, *_: object) -> None:
            return None

        def answer(self, *_: object) -> Drafted:
            raise RecursionError

    verdict = judge(SCENARIO, Broken())
    measured = figures([verdict])
    assert verdict.behaved is False
    assert measured["behaviour passed"] == {"got": 0, "of": 1}
    assert measured["built"] == {"got": 0, "of": 1}


def test_every_figure_stands_with_its_n() -> None:
    parts = by_part([judge(SCENARIO, Phrasebook())], figures)
    rows = cells("phrasebook", parts)
    assert rows[0] == ["phrasebook", "en tuned"]
    assert ["behaviour passed", "1/1"] in rows
    assert ["false fires", "0 in 0/1"] in rows
    assert ["asked where it should ask", "–"] in rows
    assert cell({"got": 3, "of": 4}) == "3/4"
    assert as_text(rows).startswith("phrasebook")
    assert as_markdown(rows).splitlines()[1] == "|---|--:|"


def test_the_page_keeps_one_section_for_each_author() -> None:
    rows = [["a", "en tuned"], ["n", "1"]]
    page = written("# Words\n", "a", "2026-01-05", rows, {})
    page = written(page, "b", "2026-01-05", rows, {})
    page = written(page, "a", "2026-02-05", rows, {})
    assert page.startswith("# Words\n")
    assert page.count("### a, ") == 1
    assert "### a, 2026-02-05" in page
    assert "### b, 2026-01-05" in page
