"""`python -m llm compile`: a sentence on stdin, a Compilation on stdout (CONTRACTS section 5)."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

from document.parse import parse
from document.problems import render
from document.registry import load_registry
from llm.authors import author_named
from llm.authors.phrasebook.reading import language_of
from llm.compile import compile
from llm.inquiry.reasons import Exchange
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: a document was built, or a question answered; 1: none; 2: wrong use."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = _parser().parse_args(arguments)
    registry = _registry(given.devices)
    document = _document(given.document)
    answers = _object(given.answers, "--answers")
    author = author_named(given.author)
    prompt = sys.stdin.read()
    lang = given.lang or language_of(prompt)
    history = [Exchange("", earlier, earlier.get("answers") or {}) for earlier in map(_earlier, given.earlier)]
    result = compile(
        prompt, author=author, registry=registry, catalog=full_catalog(), lang=lang, document=document, answers=answers,
        history=history,
    )  # fmt: skip
    sys.stdout.write(json.dumps(result.as_json(lang), ensure_ascii=False, indent=2) + "\n")
    return 0 if result.document is not None or result.asked else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m llm", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    made = commands.add_parser("compile", help="a sentence on stdin -> a flow document")
    made.add_argument("--author", choices=("phrasebook", "model"), default="phrasebook")
    made.add_argument("--lang", choices=("ja", "en"), default=None)
    made.add_argument("--devices", type=Path, metavar="registry.json")
    made.add_argument("--document", type=Path, metavar="flow.json", help="the flow to edit")
    made.add_argument("--answers", type=Path, metavar="answers.json")
    made.add_argument(
        "--earlier", type=Path, action="append", default=[], metavar="compilation.json",
        help="what this command printed before, for questions why; the oldest first",
    )  # fmt: skip
    return parser


def _refuse(what: str, problems: list[Problem] | None = None) -> None:
    sys.stderr.write(f"python -m llm: {what}\n")
    for found in problems or []:
        sys.stderr.write(json.dumps(render(found, "en"), ensure_ascii=False) + "\n")
    raise SystemExit(2)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        _refuse(f"{path}: {failure.strerror}")
        raise


def _registry(path: Path | None) -> Registry:
    if path is None:
        return Registry()
    registry, problems = load_registry(_bytes(path))
    if not registry.types and problems:
        _refuse(f"{path}: no registry", problems)
    return registry


def _document(path: Path | None) -> dict[str, Any] | None:
    """The flow to edit: a document, or an export that holds one."""
    if path is None:
        return None
    parsed = _parsed(path, "--document")
    inner = parsed.get("document")
    return inner if isinstance(inner, dict) and "nodes" not in parsed else parsed


def _earlier(path: Path) -> dict[str, Any]:
    return _parsed(path, "--earlier")


def _object(path: Path | None, name: str) -> dict[str, Any]:
    return {} if path is None else _parsed(path, name)


def _parsed(path: Path, name: str) -> dict[str, Any]:
    parsed, problems = parse(_bytes(path))
    if parsed is None or not isinstance(parsed, dict):
        _refuse(f"{name} {path}: not a JSON object", problems)
        raise AssertionError
    return parsed


if __name__ == "__main__":
    raise SystemExit(main())
