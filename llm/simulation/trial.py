"""One flow on trial: the evidence of a Compilation, and what contradicts it."""

from typing import Any

import msgspec

from document.problems import problem
from engine.actions import action_row
from engine.document_tests import run_tests
from engine.plan import Plan, build_plan
from llm.simulation.drive import Run, Stage
from llm.simulation.facts import facts_of
from llm.simulation.search import Search
from llm.simulation.showing import Claim, Showing, Shown
from llm.simulation.targets import slots_of, sources_of
from llm.simulation.words import TrialWords
from nodes.kit.catalog import Catalog
from nodes.kit.duration import format_duration
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

MOST_FIRED = 20
"""Actions of one stream that the evidence lists; `more` counts the rest."""
MOST_TESTS = 20


class Trial(msgspec.Struct):
    """`evidence` as a Compilation carries it (docs/adr/0020); `problems`: what was not as it must be, as warnings."""

    evidence: dict[str, Any]
    problems: list[Problem]


def nothing_tried() -> dict[str, Any]:
    """The evidence of a Compilation without a document."""
    return {"streams": [], "unreached": [], "words": []}


def put_on_trial(document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str, zone: str = "UTC") -> Trial:
    """Runs a sound `document` on streams made from it and on its own tests, in virtual time; nothing is carried out. Its
    texts are in its own language, the words about it in `lang`. Nothing is said that was not exercised."""
    plan = with_roster(document, catalog, registry, zone)
    found = facts_of(plan)
    sources = sources_of(plan, found)
    stage = Stage(plan, found, sources, slots_of(sources, found))
    search = Search(stage)
    search.look()
    showing = Showing(search)
    showing.look()
    words = TrialWords(stage, registry, lang)
    missing = [id for id in search.missing() if id not in search.reached]
    tests, failed = _tests(document, catalog, registry, zone, words)
    streams = [_row(shown, stage, words) for shown in showing.shown] + tests
    evidence = {
        "streams": streams, "unreached": missing,
        "words": [*(row["words"] for row in streams), *([words.unreached(missing)] if missing else [])],
    }  # fmt: skip
    place = {node["id"]: index for index, node in enumerate(document["nodes"])}
    problems = [
        problem(code, f"/nodes/{place[node]}", node=words.labels[node], given=words.given(shown.run), happened=words.happened(shown.run))
        for code, node, shown in showing.wrong
    ]  # fmt: skip
    return Trial(evidence, [*problems, *failed])


def with_roster(document: dict[str, Any], catalog: Catalog, registry: Registry, zone: str) -> Plan:
    """The plan, in which only the first device of each source is expected to speak."""
    plan = build_plan(document, catalog, registry, zone=zone)
    sources = sources_of(plan, facts_of(plan))
    roster = {source.type: tuple(source.devices[:1]) for source in sources if source.type}
    return build_plan(document, catalog, registry, zone=zone, roster=roster)


def _row(shown: Shown, stage: Stage, words: TrialWords) -> dict[str, Any]:
    run, begin = shown.run, shown.run.start - shown.run.script.before()
    row = {
        "stream": words.given(run), "sort": shown.sort, "start": run.script.moment(),
        "given": run.script.rows(stage.sources, stage.slots), "until": format_duration(run.end - begin),
        "answers": [{**answer, "at": format_duration(effect.time - begin)} for effect, answer in run.stubbed[:MOST_FIRED]],
        "expected": [_claim(claim) for claim in shown.claims],
        "fired": [_fired(run, effect, stage.plan) for effect in run.actions[:MOST_FIRED]],
        "passed": shown.passed, "words": words.row(shown),
    }  # fmt: skip
    if len(run.actions) > MOST_FIRED:
        row["more"] = len(run.actions) - MOST_FIRED
    return row


def _claim(claim: Claim) -> dict[str, Any]:
    return {"node": claim.node, "least": claim.least, **({} if claim.most is None else {"most": claim.most})}


def _fired(run: Run, effect: Any, plan: Plan) -> dict[str, Any]:
    row = action_row(effect, plan.registry)
    del row["key"]
    return {"at": format_duration(max(0, effect.time - run.start + run.script.before())), **row}


def _tests(
    document: dict[str, Any], catalog: Catalog, registry: Registry, zone: str, words: TrialWords
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The document's own tests, as streams of their own."""
    written = list(document.get("tests") or ())[:MOST_TESTS]
    if not written:
        return [], []
    outcome = run_tests({**document, "tests": written}, catalog, registry, zone=zone)
    rows, failed = [], []
    for index, (test, result) in enumerate(zip(written, outcome["tests"], strict=True)):
        name, said = str(test["name"]), words.words
        verdict = said["passed" if result["passed"] else "failed"]
        given = said["test"].format(name=name)
        fired = [{k: v for k, v in action.items() if k != "key"} for action in result["actions"][:MOST_FIRED]]
        told = said["and"].join(words.labels[action["node"]] for action in fired[:4]) or said["did_nothing"]
        rows.append({
            "stream": given, "sort": "test", "given": test.get("given") or [], "answers": test.get("answers") or [],
            "expected": test.get("expect") or [], "fired": fired, "passed": result["passed"],
            "words": said["row"].format(given=given, expected=said["test_ok"], happened=told, verdict=verdict),
        })  # fmt: skip
        if not result["passed"]:
            failed.append(
                problem("trial_test_failed", f"/tests/{index}", name=name, detail=str(result.get("problem", "")))
            )
    return rows, failed
