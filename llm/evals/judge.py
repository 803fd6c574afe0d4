"""Builds a scenario with an author, runs what came out on its streams, and says what was right."""

import time
from dataclasses import dataclass, field
from typing import Any

from document.problems import has_errors, render
from document.validate import validate
from engine.clock import parse_time
from engine.document_tests import FIRST_DAY, run_test
from engine.plan import build_plan
from llm import compile as compiler
from llm.compilation import Compilation
from llm.compile import Author
from llm.evals.scenario import Scenario, Stream, registry_named
from nodes.kit.catalog import full_catalog
from nodes.kit.duration import parse_duration
from nodes.kit.things import Registry

START = parse_time(FIRST_DAY + "Z")
WITHIN = 1_000
"""How far an action may be from its time (ms)."""


@dataclass
class Verdict:
    """What one scenario showed. `wrong` lists everything that was not as it must be, in words."""

    scenario: Scenario
    seconds: float
    valid: bool
    wrong: list[str] = field(default_factory=list)
    false_fires: int = 0
    invented: int = 0

    @property
    def passed(self) -> bool:
        return not self.wrong


def judge(scenario: Scenario, author: Author) -> Verdict:
    """Runs one scenario."""
    registry = registry_named(scenario.registry)
    began = time.perf_counter()
    made = compiler.compile(
        scenario.prompt, author=author, registry=registry, catalog=full_catalog(), lang=scenario.lang,
        answers=scenario.answers,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    sound = made.document is None or not has_errors(validate(made.document, full_catalog(), registry))
    verdict = Verdict(scenario, seconds, sound)
    if not sound:
        verdict.wrong.append("invalid document")
    _told(scenario, made, verdict)
    if made.document is None:
        if not scenario.nothing:
            verdict.wrong.append("no document")
    elif scenario.nothing:
        verdict.wrong.append("a document where nothing can be built")
    else:
        _settings(scenario, made.document, verdict)
        for stream in scenario.streams:
            _stream(stream, made.document, registry, verdict)
    return verdict


def _told(scenario: Scenario, made: Compilation, verdict: Verdict) -> None:
    asked = {question["id"] for question in made.questions}
    verdict.wrong += [f"did not ask {name}" for name in scenario.asks if name not in asked]
    said = [render(p, scenario.lang)["message"] for p in made.problems if p.code == "cannot_build"]
    verdict.wrong += [f"did not refuse {words}" for words in scenario.refused if not any(words in s for s in said)]
    if said and not scenario.refused and not scenario.nothing:
        verdict.wrong.append(f"refused: {said[0]}")


def _settings(scenario: Scenario, document: dict[str, Any], verdict: Verdict) -> None:
    found = document.get("settings") or {}
    for name, wanted in scenario.settings.items():
        setting = found.get(name) or {}
        if setting.get("value") != wanted or setting.get("assumed"):
            verdict.wrong.append(f"setting {name}: {setting.get('value')!r}, wanted {wanted!r}")
    said = set(scenario.settings.values())
    for name, setting in found.items():
        value = setting["value"]
        if scenario.settings and isinstance(value, int | float) and not setting["assumed"] and value not in said:
            verdict.invented += 1
            verdict.wrong.append(f"invented {name} = {value}")


def _stream(stream: Stream, document: dict[str, Any], registry: Registry, verdict: Verdict) -> None:
    plan = build_plan(document, full_catalog(), registry)
    test = {"name": stream.name, "given": stream.given, "expect": [], "only": False}
    if stream.until:
        test["until"] = stream.until
    result = run_test(plan, test)
    if result.get("problem"):
        verdict.wrong.append(f"{stream.name}: {result['problem']}")
        return
    left = list(result["actions"])
    for wanted in stream.expect:
        match = next((action for action in left if agrees(wanted, action)), None)
        if match is None:
            verdict.wrong.append(f"{stream.name}: missing {wanted}")
        else:
            left.remove(match)
    for action in left:
        verdict.false_fires += 1
        verdict.wrong.append(f"{stream.name}: false {_short(action)}")


def agrees(wanted: dict[str, Any], action: dict[str, Any]) -> bool:
    """Whether `action` (as replay prints it) is the wanted one."""
    data = action["data"]
    if "tell" in wanted and (data.get("to") != wanted["tell"] or wanted.get("text", "") not in data.get("text", "")):
        return False
    if "command" in wanted and data.get("command") != wanted["command"]:
        return False
    if "values" in wanted and data.get("values") != wanted["values"]:
        return False
    if "record" in wanted and not set(wanted["record"]) <= set(data):
        return False
    if "device" in wanted and action["device"] != wanted["device"]:
        return False
    return "at" not in wanted or abs(parse_time(action["time"]) - START - parse_duration(wanted["at"])) <= WITHIN


def _short(action: dict[str, Any]) -> str:
    after = (parse_time(action["time"]) - START) / 1000
    return f"{action['node']} {action['device']} at {after:g} s {action['data']}"
