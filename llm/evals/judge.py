"""Builds a scenario with an author, runs what came out on its streams, and says what was right."""

import time
from dataclasses import dataclass, field
from typing import Any

from document.problems import has_errors, render
from document.validate import validate
from llm import compile as compiler
from llm.compilation import Compilation
from llm.compile import Author
from llm.evals.asked import asked
from llm.evals.playing import play, short
from llm.evals.scenario import Scenario, registry_named
from llm.evals.told import untrue
from llm.evals.values import inexact, invented
from llm.evals.watched import Watched
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

DONE = ("crash", "no document", "invalid", "should refuse", "unplayable", "missing", "false", "twice")
"""What makes a behaviour wrong. The other kinds of mistakes are counted beside it."""


@dataclass
class Verdict:
    """What one scenario showed. `mistakes` counts by kind, `wrong` says the same in words. None: there was nothing to
    measure. `first`: the first document was sound; `sound`: the one that came out is."""

    scenario: Scenario
    seconds: float = 0.0
    rounds: int = 0
    built: bool = False
    first: bool | None = None
    sound: bool | None = None
    asked: bool | None = None
    exact: bool | None = None
    true: bool | None = None
    mistakes: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def behaved(self) -> bool | None:
        """Whether all that must happen happened and nothing else."""
        return None if not self.scenario.acts else not any(kind in self.mistakes for kind in DONE)

    @property
    def passed(self) -> bool:
        return not self.wrong

    def mistake(self, kind: str, words: str = "") -> None:
        self.mistakes[kind] = self.mistakes.get(kind, 0) + 1
        self.wrong.append(f"{kind}: {words}" if words else kind)


def judge(scenario: Scenario, author: Author) -> Verdict:
    """Runs one scenario. An author that raises is a mistake, not an end."""
    registry, watched, verdict = registry_named(scenario.registry), Watched(author), Verdict(scenario)
    began = time.perf_counter()
    try:
        made = compiler.compile(
            scenario.prompt, author=watched, registry=registry, catalog=full_catalog(), lang=scenario.lang,
            answers=scenario.answers,
        )  # fmt: skip
    except Exception as failure:
        verdict.seconds = time.perf_counter() - began
        verdict.mistake("crash", repr(failure))
        return verdict
    verdict.seconds = time.perf_counter() - began
    verdict.first, verdict.rounds, verdict.built = watched.first, watched.rounds, made.document is not None
    _refusals(scenario, made, verdict)
    _questions(scenario, made, verdict)
    if made.document is not None:
        _document(made.document, registry, verdict)
        _explanation(made, made.document, registry, verdict)
    return verdict


def _refusals(scenario: Scenario, made: Compilation, verdict: Verdict) -> None:
    said = [render(p, scenario.lang)["message"] for p in made.problems if p.code == "cannot_build"]
    if made.document is None and scenario.due:
        verdict.mistake("no document")
    if made.document is not None and (scenario.nothing or (scenario.cannot and not said)):
        verdict.mistake("should refuse")
    for words in scenario.refused:
        if not any(words in message for message in said):
            verdict.mistake("should refuse", words)
    if said and scenario.due and not scenario.refused:
        verdict.mistake("refused", said[0])


def _questions(scenario: Scenario, made: Compilation, verdict: Verdict) -> None:
    missed = [name for name in scenario.asks if not asked(name, made.questions, made.document)]
    verdict.asked = not missed if scenario.asks else None
    for name in missed:
        verdict.mistake("not asked", name)


def _document(document: dict[str, Any], registry: Registry, verdict: Verdict) -> None:
    scenario = verdict.scenario
    verdict.sound = not has_errors(validate(document, full_catalog(), registry))
    if not verdict.sound:
        verdict.mistake("invalid")
        return
    for place in invented(scenario, document):
        verdict.mistake("invented", place)
    if scenario.due and (scenario.params or scenario.settings):
        _exactness(scenario, document, verdict)
    for stream in scenario.streams:
        played = play(stream, document, registry)
        if played.problem:
            verdict.mistake("unplayable", f"{stream.name}: {played.problem}")
        for wanted in played.missing:
            verdict.mistake("missing", f"{stream.name}: {wanted}")
        for kind, actions in (("false", played.false), ("twice", played.twice)):
            for action in actions:
                verdict.mistake(kind, f"{stream.name}: {short(action)}")


def _exactness(scenario: Scenario, document: dict[str, Any], verdict: Verdict) -> None:
    settings = document.get("settings") or {}
    other = [f"{wanted!r} is not held" for wanted in inexact(scenario, document)]
    for name, wanted in scenario.settings.items():
        setting = settings.get(name) or {}
        if setting.get("value") != wanted or setting.get("assumed"):
            other.append(f"{name} = {setting.get('value')!r}, wanted {wanted!r}")
    verdict.exact = not other
    for words in other:
        verdict.mistake("inexact", words)


def _explanation(made: Compilation, document: dict[str, Any], registry: Registry, verdict: Verdict) -> None:
    other = untrue(made.explanation, document, registry)
    verdict.true = not other
    for words in other:
        verdict.mistake("untrue", words)
