"""Plays a scenario's stream through a document: what is missing, what came that must not, what came twice."""

from dataclasses import dataclass, field
from typing import Any

from engine.clock import parse_time
from engine.document_tests import FIRST_DAY, run_test
from engine.plan import build_plan
from llm.evals.scenario import Stream
from nodes.kit.catalog import full_catalog
from nodes.kit.duration import parse_duration
from nodes.kit.things import Registry

START = parse_time(FIRST_DAY + "Z")
Action = dict[str, Any]


@dataclass
class Played:
    """`twice`: actions that did what a wanted one had done already; `false`: all others that nothing allows."""

    missing: list[Action] = field(default_factory=list)
    false: list[Action] = field(default_factory=list)
    twice: list[Action] = field(default_factory=list)
    problem: str = ""


def play(stream: Stream, document: dict[str, Any], registry: Registry) -> Played:
    """Runs `document` on `stream` in virtual time."""
    test: dict[str, Any] = {"name": stream.name, "given": stream.given, "expect": [], "only": False}
    if stream.until:
        test["until"] = stream.until
    if stream.ai:
        test["answers"] = [said for node in document["nodes"] for one in stream.ai for said in _answer(node, one)]
    result = run_test(build_plan(document, full_catalog(), registry), test)
    if result.get("problem"):
        return Played(problem=result["problem"])
    return compared(stream, result["actions"])


def compared(stream: Stream, actions: list[Action]) -> Played:
    """`actions` (as replay prints them) against what the stream wants."""
    played, left, met = Played(), list(actions), list[Action]()
    for wanted in stream.expect:
        match = min((a for a in left if agrees(wanted, a)), key=lambda a: _off(wanted, a), default=None)
        if match is None:
            played.missing.append(wanted)
        else:
            left.remove(match)
            met.append({key: value for key, value in wanted.items() if key not in ("at", "within")})
    for action in left:
        if not any(agrees(allowed, action) for allowed in stream.may):
            again = any(agrees(done, action) for done in met)
            (played.twice if again else played.false).append(action)
    return played


def agrees(wanted: Action, action: Action) -> bool:
    """Whether `action` is the wanted one."""
    data = action["data"]
    if any(wanted[key] != action[key] for key in ("kind", "device") if key in wanted):
        return False
    if "tell" in wanted and data.get("to") != wanted["tell"]:
        return False
    if wanted.get("text", "") not in data.get("text", ""):
        return False
    if any(data.get(key) != wanted[key] for key in ("to", "command", "values") if key in wanted):
        return False
    if not set(wanted.get("record", ())) <= set(data):
        return False
    return "at" not in wanted or _off(wanted, action) <= parse_duration(wanted.get("within", "1s"))


def _off(wanted: Action, action: Action) -> int:
    """How far an action is from when it must come (ms)."""
    return abs(parse_time(action["time"]) - START - parse_duration(wanted["at"])) if "at" in wanted else 0


def short(action: Action) -> str:
    """An action in a few words, for whoever looks into one scenario."""
    after = (parse_time(action["time"]) - START) / 1000
    return f"{action['node']} {action['device']} at {after:g} s {action['data']}"


def _answer(node: dict[str, Any], one: dict[str, Any]) -> list[dict[str, Any]]:
    """The line of answers for one event at one node that asks a model; none for other nodes."""
    fields = (node.get("params") or {}).get("fields")
    if node.get("kind") != "ai_prompt" or not isinstance(fields, list):
        return []
    answer = {field["name"]: _in_field(field, one) for field in fields} | {"unsure": False}
    return [{"node": node["id"], "device": one["device"], "time": one["at"], "answer": answer}]


def _in_field(field: dict[str, Any], one: dict[str, Any]) -> Any:
    """What is seen, in the form that the flow asks for: a boolean says yes; of labels, the one that holds a word of it,
    else the first for yes and the last for no; a number is its greatest for yes and its smallest for no."""
    yes, words, form = one["yes"], one["words"], field.get("type", "string")
    if form == "boolean":
        return yes
    if form in ("number", "integer"):
        return field.get("max", 1) if yes else field.get("min", 0)
    labels = field.get("values")
    if not labels:
        return words[0]
    fits = [label for word in words for label in labels if word.casefold() in label.casefold()]
    return fits[0] if fits else labels[0 if yes else -1]
