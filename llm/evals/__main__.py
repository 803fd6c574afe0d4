"""`python -m llm.evals`: how well an author builds what sentences ask for, on tuned sentences and on sentences kept apart.

Sentences are never printed unless --show is given; whoever writes phrases gives it with `--part tuned` only.
"""

import argparse
import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any

from llm.authors import NAMES, author_named
from llm.authors.model import ModelAuthor
from llm.compile import Author
from llm.evals.figures import by_part, figures, subjects
from llm.evals.judge import Verdict, judge
from llm.evals.page import PAGE, written
from llm.evals.scenario import PARTS, Scenario, scenarios
from llm.evals.table import as_text, cells, subject_cells
from llm.providers.openai import ChatModel


def main(arguments: list[str] | None = None) -> int:
    """Prints the tables. Exit 1 where an author handed out an invalid document; what is merely wrong is a figure."""
    given = _parser().parse_args(arguments)
    author = _author(given)
    chosen = [one for part in given.part or PARTS for one in _chosen(scenarios(part), given)]
    if not chosen:
        sys.stderr.write("python -m llm.evals: no scenario is left\n")
        return 2
    verdicts = []
    for count, scenario in enumerate(chosen, 1):
        verdicts.append(judge(scenario, author))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{count}/{len(chosen)}" + ("\n" if count == len(chosen) else ""))
    _report(verdicts, author.name if given.author != "model" else f"model {given.model or author.name}", given)
    return 1 if any("invalid" in verdict.mistakes for verdict in verdicts) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m llm.evals", description=__doc__)
    parser.add_argument("--author", choices=NAMES, default="phrasebook")
    model = parser.add_argument_group("a model author (without these: from SUIRO_MODEL_URL, _KEY and _NAME)")
    model.add_argument("--base-url", help="any OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1")
    model.add_argument("--model", help="the model's name there")
    model.add_argument("--key-variable", default="SUIRO_MODEL_KEY", help="environment variable that holds the key")
    model.add_argument("--seconds", type=float, default=120.0, help="time for each sentence")
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only these parts")
    parser.add_argument("--lang", choices=("ja", "en"))
    parser.add_argument("--only", default="", help="scenarios whose id starts with this")
    parser.add_argument("--limit", type=int, help="at most so many for each part and language, evenly picked")
    parser.add_argument("--show", action="store_true", help="print each sentence that went wrong, and why")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    return parser


def _author(given: argparse.Namespace) -> Author:
    if given.author == "model" and (given.base_url or given.model):
        key = os.environ.get(given.key_variable, "")
        return ModelAuthor(ChatModel(given.base_url, key, given.model or "default", budget=given.seconds))
    return author_named(given.author)


def _chosen(all_of_them: list[Scenario], given: argparse.Namespace) -> list[Scenario]:
    found = []
    for lang in ("ja", "en"):
        mine = [one for one in all_of_them if one.lang == lang and one.id.startswith(given.only)]
        if given.limit is not None and len(mine) > given.limit:
            mine = [mine[place * len(mine) // given.limit] for place in range(given.limit)]
        found += mine if given.lang in (None, lang) else []
    return found


def _report(verdicts: list[Verdict], name: str, given: argparse.Namespace) -> None:
    parts, about = by_part(verdicts, figures), by_part(verdicts, subjects)
    if given.show:
        for verdict in verdicts:
            if verdict.wrong:
                lines = [f"{verdict.scenario.id} ({verdict.scenario.lang}): {verdict.scenario.prompt}", *verdict.wrong]
                sys.stdout.write("\n    ".join(lines) + "\n")
    rows = cells(name, parts)
    sys.stdout.write(as_text(rows))
    for part in about:
        if part != "tuned":
            sys.stdout.write(f"\n{part}, by subject\n" + as_text(subject_cells(about, part)))
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    if given.json:
        told: dict[str, Any] = {"author": name, "date": day, "figures": parts, "subjects": about}
        given.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if given.write:
        PAGE.write_text(written(PAGE.read_text("utf-8"), name, day, rows, about), "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
