"""How often `ask_documents` finds the right passage, and how often it rightly says that nothing is there, with no language model.

Five made-up documents (bench/ai/manuals): a furnace and a robot in Japanese, a pump and a cold store in English, past cases as
CSV. The rule of what counts as found was chosen on two others (manuals/chosen_on). Beside it the naive way: words
(or in Japanese, characters) in common, the passage with the most first; that way says "not there" only where nothing is in common.
"""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.manuals.reading import read_manual
from runtime.library.index import build, search
from runtime.library.passages import Passage, passages_of

HERE = Path(__file__).with_name("manuals")
CHOSEN_ON = HERE / "chosen_on"
Way = Callable[[str, int, bool], list[Passage]]
"""The best passages for a question, so many; with the last, only where it says that the answer is there."""


def page() -> str:
    """The tables."""
    questions = questions_of(HERE)
    with tempfile.TemporaryDirectory() as folder:
        passages = passages_in(HERE)
        ours, naive = indexed(passages, Path(folder) / "index"), overlapping(passages)
        rows = [
            f"{len(questions)} questions, {sum(1 for one in questions if one['file'])} of them answered by one of {len(passages)} "
            "passages. Hit: the passage with the answer is among the first 1, 3 or 5. Answered: the right passage is the first and is told; "
            "rightly none: nothing is told where the documents have no answer.",
            "",
            "| way | language | hit at 1 | at 3 | at 5 | answered rightly | rightly none |",
            "|---|---|--:|--:|--:|--:|--:|",
        ]
        for name, way in (("`ask_documents`", ours), ("words in common", naive)):
            for lang in ("ja", "en"):
                rows.append(_row(name, lang, way, [one for one in questions if lang_of(one["ask"]) == lang]))
    return "\n".join(rows)


def _row(name: str, lang: str, way: Way, questions: list[dict[str, Any]]) -> str:
    there = [one for one in questions if one["file"]]
    none = [one for one in questions if not one["file"]]
    hits = [sum(_hit(one, way(one["ask"], most, False)) for one in there) for most in (1, 3, 5)]
    told = sum(_hit(one, way(one["ask"], 1, True)) for one in there)
    quiet = sum(not way(one["ask"], 1, True) for one in none)
    shown = " | ".join(f"{hit} of {len(there)}" for hit in (*hits, told))
    return f"| {name} | {lang} | {shown} | {quiet} of {len(none)} |"


def _hit(question: dict[str, Any], found: list[Passage]) -> bool:
    return any(one.document == question["file"] and question["has"] in one.text for one in found)


def questions_of(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "questions.json").read_text("utf-8")))


def passages_in(folder: Path) -> list[Passage]:
    found: list[Passage] = []
    for file in sorted(folder.iterdir()):
        if file.suffix in (".md", ".csv"):
            _, sections = read_manual(file.name, file.read_bytes())
            first = file.read_text("utf-8").splitlines()[0]
            title = first.lstrip("# ") if file.suffix == ".md" else "過去の事例"
            found += passages_of(file.name, title, sections)
    return found


def indexed(passages: list[Passage], place: Path) -> Way:
    build(passages, place)

    def ask(question: str, most: int, strict: bool) -> list[Passage]:
        found = search(place, question, most=most) if strict else search(place, question, most=most, least=0.0)
        return [one.passage for one in found]

    return ask


def overlapping(passages: list[Passage]) -> Way:
    def words(text: str) -> set[str]:
        return set(re.findall(r"[a-z0-9]+|[^\W\d_a-z]", text.lower()))

    known = [(words(one.text), one) for one in passages]

    def ask(question: str, most: int, strict: bool) -> list[Passage]:
        asked = words(question)
        ranked = sorted(((len(asked & has), one) for has, one in known), key=lambda row: -row[0])
        return [one for common, one in ranked[:most] if common > 0]

    return ask


def lang_of(text: str) -> str:
    return "ja" if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text) else "en"
