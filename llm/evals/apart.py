"""The sentences kept apart (apart/README.md): judged, and reported only as counts, so that nobody tunes to them."""

import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from document.problems import has_errors
from document.registry import load_registry
from document.validate import validate
from engine.clock import parse_time
from engine.document_tests import FIRST_DAY, run_test
from engine.plan import build_plan
from llm import compile as compiler
from llm.authors.phrasebook.numbers import DIGITS
from llm.compile import Author
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

FOLDER = Path(__file__).parent / "apart"
START = parse_time(FIRST_DAY + "Z") // 1000


def report(author: Author) -> str:
    """One line per language: how many of how many passed, and what went wrong how often."""
    counts: dict[str, Counter[str]] = {}
    for path in sorted(FOLDER.glob("*.json")):
        held = json.loads(path.read_text("utf-8"))
        registry, _ = load_registry(held["registry"])
        for scenario in held["scenarios"]:
            count = counts.setdefault(scenario["lang"], Counter())
            count["n"] += 1
            count[judged(scenario, registry, author)] += 1
    lines = []
    for lang, count in sorted(counts.items(), reverse=True):
        wrong = ", ".join(f"{name} {count[name]}" for name in sorted(set(count) - {"n", "passed"}))
        lines.append(
            f"{author.name:12}{lang:6}{count['n']:>4}{'':8}{count['passed']:>8}  apart; wrong: {wrong or 'none'}"
        )
    return "\n".join(lines) + "\n"


def judged(scenario: dict[str, Any], registry: Registry, author: Author) -> str:
    """`passed`, or the first thing that was wrong."""
    began = time.perf_counter()
    made = compiler.compile(
        scenario["prompt"], author=author, registry=registry, catalog=full_catalog(), lang=scenario["lang"]
    )
    slow = time.perf_counter() - began > 1 and author.name == "phrasebook"
    refused = any(problem.code == "cannot_build" for problem in made.problems)
    if made.document is None:
        return "passed" if scenario.get("cannot") else "no document"
    if has_errors(validate(made.document, full_catalog(), registry)):
        return "invalid"
    if scenario.get("cannot") and not refused:
        return "not refused"
    if _invented(made.document, scenario):
        return "invented number"
    wrong = _streamed(made.document, scenario, registry)
    return wrong or ("slow" if slow else "passed")


def _invented(document: dict[str, Any], scenario: dict[str, Any]) -> bool:
    said = {
        float(number.replace(",", ""))
        for number in re.findall(DIGITS, unicodedata.normalize("NFKC", scenario["prompt"]))
    }
    said |= {float(v) for v in scenario.get("said") or [] if re.fullmatch(r"-?[\d.]+", str(v))}
    values = [s["value"] for s in (document.get("settings") or {}).values() if not s.get("assumed")]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return any(not any(abs(number - one) < 1e-6 or abs(number + one) < 1e-6 for one in said) for number in numbers)


def _streamed(document: dict[str, Any], scenario: dict[str, Any], registry: Registry) -> str | None:
    given = [_row(row, registry) for row in scenario.get("rows") or []]
    test: dict[str, Any] = {"name": scenario["id"], "given": given, "expect": [], "only": False}
    if scenario.get("until") is not None:
        test["until"] = f"{scenario['until']}s"
    result = run_test(build_plan(document, full_catalog(), registry), test)
    left = list(result["actions"])
    for wanted in scenario.get("expect") or []:
        match = next((action for action in left if _agrees(wanted, action)), None)
        if match is None:
            return "missing action"
        left.remove(match)
    return "false action" if left else None


def _row(row: dict[str, Any], registry: Registry) -> dict[str, Any]:
    seconds: dict[str, Any] = {key: f"{row[key]}s" for key in ("at", "from", "every", "until") if key in row}
    device = registry.devices.get(row["device"])
    return {"device": row["device"], "data": row["data"], **seconds, **({"type": device.type} if device else {})}


def _agrees(wanted: dict[str, Any], action: dict[str, Any]) -> bool:
    data = action["data"]
    if action["kind"] != wanted["kind"] or abs(parse_time(action["time"]) // 1000 - START - wanted["at"]) > 1:
        return False
    if "device" in wanted and action["device"] != wanted["device"]:
        return False
    if "text" in wanted and wanted["text"] not in data.get("text", ""):
        return False
    return all(data.get(key) == wanted[key] for key in ("to", "command", "values") if key in wanted)
