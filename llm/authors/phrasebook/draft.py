"""The document under construction: nodes, settings, what was assumed and what is to be asked."""

import re
from dataclasses import dataclass, field
from typing import Any

from llm.authors.phrasebook.origins import Origins
from llm.authors.phrasebook.wishes import Meaning
from nodes.kit.kind import Kind

SLOT = re.compile(r"<\w+>")


@dataclass
class Question:
    """At most three are asked. `rank`: the smaller, the more it changes the flow; `default` is what was built."""

    id: str
    text: str
    setting: str | None
    options: list[dict[str, Any]]
    default: Any
    why: str
    rank: int = 5


@dataclass
class Draft:
    """Nodes and settings in the order in which they are read."""

    lang: str
    answers: dict[str, Any] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)
    """Setting -> what was assumed, in the prompt's language."""
    origins: Origins = field(default_factory=Origins)

    def add(
        self, meaning: Meaning, wanted: str, sources: "Wires", slots: dict[str, Any], more: dict[str, Any] | None = None
    ) -> str:
        """A node of the meaning's kind with its params filled from `slots`, and params by name in `more`; gives its id. A
        source may be several refs with spaces between; sources by input port where they are a dict."""
        kind, phrase = meaning
        id = self.free_id(wanted)
        params = filled(kind, phrase.params, slots) | {k: v for k, v in (more or {}).items() if k in params_of(kind)}
        node: dict[str, Any] = {"id": id, "kind": kind.id}
        if kind.inputs:
            node["from"] = _wired(sources)
        self.nodes.append({**node, "params": {name: value for name, value in params.items() if value is not None}})
        self.origins.nodes[id] = self.origins.words
        return id

    def once(
        self, meaning: Meaning, wanted: str, sources: "Wires", slots: dict[str, Any], more: dict[str, Any] | None = None
    ) -> str:
        """As `add`, but a node that is there already with the same wires and params is taken again."""
        id = self.add(meaning, wanted, sources, slots, more)
        made = {k: v for k, v in self.nodes[-1].items() if k != "id"}
        same = (n["id"] for n in self.nodes[:-1] if {k: v for k, v in n.items() if k != "id"} == made)
        if (known := next(same, None)) is not None:
            self.nodes.pop()
            del self.origins.nodes[id]
            return str(known)
        return id

    def node(self, id: str) -> dict[str, Any]:
        return next(node for node in self.nodes if node["id"] == id)

    def free_id(self, wanted: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_")[:26] or "node"
        slug = slug if slug[0].isalpha() else f"n{slug}"
        taken = {node["id"] for node in self.nodes}
        return next(name for n in range(1, 999) if (name := slug if n == 1 else f"{slug}_{n}") not in taken)

    def same_setting(self, label: str, value: Any, unit: str | None) -> str | None:
        """A setting that was said before with this label, value and unit."""
        for name, known in self.settings.items():
            same = (known["value"], known.get("unit"), known["assumed"]) == (value, unit, False)
            if same and known["label"].startswith(label):
                return f"${name}"
        return None

    def set(self, name: str, value: Any, label: str, *, unit: str | None = None, assumed: str | None = None) -> str:
        """A setting; `assumed`: the words for what was assumed (None: the sentence said it). Gives its reference."""
        name = next(n for i in range(1, 999) if (n := name if i == 1 else f"{name}_{i}") not in self.settings)
        labels = {known["label"] for known in self.settings.values()}
        label = next(text for i in range(1, 999) if (text := label if i == 1 else f"{label} {i}") not in labels)
        setting: dict[str, Any] = {"value": value}
        if unit:
            setting["unit"] = unit
        self.settings[name] = {**setting, "label": label, "assumed": assumed is not None}
        self.origins.settings[name] = self.origins.words
        if assumed is not None:
            self.assumed[name] = assumed
        return f"${name}"

    def answer(self, question: str) -> Any:
        return self.answers.get(question)

    def ask(self, question: Question) -> None:
        if question.id not in self.answers:
            self.questions.append(question)

    def document(self, name: str) -> dict[str, Any]:
        made: dict[str, Any] = {"suiro": 1, "name": name}
        if self.settings:
            made["settings"] = self.settings
        return {**made, "nodes": self.nodes}


Wires = list[str] | dict[str, list[str]]


def _wired(sources: Wires) -> Any:
    if isinstance(sources, dict):
        return {port: [ref for source in refs for ref in source.split()] for port, refs in sources.items() if refs}
    return [ref for source in sources for ref in source.split()]


_PARAMS: dict[type[Kind], dict[str, Any]] = {}


def params_of(kind: type[Kind]) -> dict[str, Any]:
    """The JSON Schema of each param of a kind."""
    if kind not in _PARAMS:
        _PARAMS[kind] = kind.Params.model_json_schema(by_alias=True).get("properties", {})
    return _PARAMS[kind]


def filled(kind: type[Kind], template: dict[str, Any], slots: dict[str, Any]) -> dict[str, Any]:
    """The phrase's params with `<slot>`s filled; a param whose slot nobody filled is left out."""
    known, params = params_of(kind), {}
    for name, value in template.items():
        if isinstance(value, str) and SLOT.fullmatch(value):
            value = slots.get(value)
        if value is not None and name in known:
            params[name] = value
    return params


def settable(meaning: Meaning, slot: str) -> bool:
    """Whether the param that takes `slot` may be a setting."""
    kind, phrase = meaning
    name = next((name for name, value in phrase.params.items() if value == slot), slot)
    return _says_settable(params_of(kind).get(name, {}))


def _says_settable(schema: Any) -> bool:
    if isinstance(schema, dict):
        marks = schema.get("x-suiro")
        if isinstance(marks, dict) and marks.get("settable"):
            return True
        return any(_says_settable(value) for value in schema.values())
    return isinstance(schema, list) and any(_says_settable(value) for value in schema)
