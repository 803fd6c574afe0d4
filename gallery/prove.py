"""Whether a scenario does what it promises: its own flow, and what the phrasebook makes of its sentences, on the same runs."""

import time
from typing import Any, Literal

import msgspec

from document.validate import validate
from engine.actions import action_row
from engine.document_tests import run_tests
from engine.effect import Effect
from fleet.moment import duration
from fleet.record import switches
from gallery.play import Did, Play
from gallery.scenario import Run, Scenario, Wanted
from llm.authors import author_named
from llm.compile import compile
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem

ZONE = "Asia/Tokyo"
Lang = Literal["ja", "en"]


class Outcome(msgspec.Struct):
    """What one document did in one run: `missing` are expectations not met (as written, with how many came), `extra` effects
    that nobody expects."""

    run: Run
    effects: int
    missing: list[str]
    extra: list[str]

    @property
    def passed(self) -> bool:
        return not (self.missing or self.extra)


class Compiled(msgspec.Struct):
    """What the phrasebook made of a sentence; `problems` tells why there is no `document`."""

    sentence: str
    lang: Lang
    document: dict[str, Any] | None
    problems: list[str]
    outcomes: list[Outcome] = []

    @property
    def passed(self) -> bool:
        return self.document is not None and all(outcome.passed for outcome in self.outcomes)


class Proof(msgspec.Struct):
    """All of one scenario. `tests`: passed and failed of the document's own; `problems` of flow.json."""

    scenario: str
    problems: list[Problem]
    tests: tuple[int, int]
    outcomes: list[Outcome]
    compiled: list[Compiled]
    events: int
    seconds: float

    @property
    def passed(self) -> bool:
        """Sentences count unless the scenario says that they need a model author."""
        sound = not self.problems and self.tests[1] == 0 and self.tests[0] > 0
        return sound and all(outcome.passed for outcome in self.outcomes)


def prove(scenario: Scenario, langs: tuple[Lang, ...] = ("ja", "en")) -> Proof:
    """Everything that scenario.json and prompts.json promise, in virtual time."""
    began = time.monotonic()
    problems = validate(scenario.flow, full_catalog(), scenario.registry)
    tested = run_tests(scenario.flow, full_catalog(), scenario.registry, zone=ZONE)
    compiled = [said(scenario, sentence, lang) for lang in langs for sentence in scenario.prompts.sentences(lang)]
    built = [one for one in compiled if one.document is not None]
    outcomes, events = [], 0
    for run in scenario.about.runs:
        played, came = play_run(scenario, run, [one.document for one in built if one.document])
        events += came
        outcomes.append(played[0])
        for one, outcome in zip(built, played[1:], strict=True):
            one.outcomes.append(outcome)
    return Proof(
        scenario.name, problems, (tested["passed"], tested["failed"]), outcomes, compiled, events, time.monotonic() - began
    )  # fmt: skip


def said(scenario: Scenario, sentence: str, lang: Lang) -> Compiled:
    """Compiled from the sentence and the registry alone; what it asks is answered by its own defaults."""
    author = author_named("phrasebook")
    given: dict[str, Any] = {}
    for _ in range(3):
        made = compile(
            sentence, author=author, registry=scenario.registry, catalog=full_catalog(), lang=lang, answers=given
        )  # fmt: skip
        open_ones = {
            q["id"]: q["default"] for q in made.questions if q.get("default") is not None and q["id"] not in given
        }
        if made.document is not None or not open_ones:
            break
        given = {**given, **open_ones}
    return Compiled(sentence, lang, made.document, [f"{p.code} {p.args}" for p in made.problems])


def play_run(scenario: Scenario, run: Run, others: list[dict[str, Any]]) -> tuple[list[Outcome], int]:
    """What the scenario's own flow did, and then each of `others` beside it; and how many readings came."""
    play = Play(scenario, scenario.flow, *others, zone=ZONE)
    did: list[list[Did]] = [[] for _ in play.flows]
    marks = switches(run.faults, scenario.fleet)
    for mark in marks:
        _note(play, mark.at - 1 - (play.now - play.start), did)  # a reading of that very moment has it already
        play.switch(mark.device, mark.fault, mark.on)
    _note(play, duration(run.length) - (play.now - play.start), did)
    return [_judged(play, run, index, ones) for index, ones in enumerate(did)], play.events


def _note(play: Play, milliseconds: int, did: list[list[Did]]) -> None:
    for happening in play.advance(milliseconds) if milliseconds > 0 else ():
        if isinstance(happening, Did):
            did[happening.flow].append(happening)


def _judged(play: Play, run: Run, index: int, did: list[Did]) -> Outcome:
    counts = [0] * len(run.expect)
    extra = []
    for one in did:
        offset = one.at - play.start
        met = [place for place, wanted in enumerate(run.expect) if fits(wanted, one, offset)]
        for place in met:
            counts[place] += 1
        if not met and not any(fits(wanted, one, None) for wanted in run.allow):
            extra.append(f"{_clock(offset)} {_row(play, index, one.effect)}")
    missing = [
        f"{msgspec.json.encode(wanted).decode()}: {count} came"
        for wanted, count in zip(run.expect, counts, strict=True)
        if count != wanted.count
    ]
    return Outcome(run, len(did), missing, extra)


def fits(wanted: Wanted, did: Did, offset: int | None) -> bool:
    """Whether an effect, `offset` ms after the start, is what is wanted; None: whenever it came."""
    effect, data = did.effect, did.effect.data
    values = data.get("values")
    alike = (
        effect.kind == wanted.kind
        and wanted.to in (None, data.get("to"))
        and wanted.device in (None, effect.device)
        and wanted.command in (None, data.get("command"))
        and (wanted.approval == "pending") == did.pending
        and all(isinstance(values, dict) and values.get(name) == value for name, value in wanted.values.items())
    )
    if offset is None:
        return alike
    after = duration(wanted.after)
    return alike and after <= offset <= after + duration(wanted.within)


def _row(play: Play, index: int, effect: Effect) -> str:
    row = action_row(effect, play.flows[index].plan.registry)
    return msgspec.json.encode({key: row[key] for key in ("node", "kind", "device", "data")}).decode()


def _clock(offset: int) -> str:
    seconds = offset // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
