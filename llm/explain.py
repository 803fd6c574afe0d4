"""A document in words, made from the document alone: it can name nothing that is not there."""

from collections import Counter
from typing import Any

from document.schema import expand, facts, plain_schema
from llm.spoken import Speaker
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.things import Registry, spoken

_JOINT = {"ja": "、", "en": ", "}
_WHAT = {"ja": "{label}({what})", "en": "{label}: {what}"}
_AFTER = {"ja": "{source}のあと → {what}", "en": "after {source} → {what}"}
_ON = {"ja": "{source}で「{port}」とき → {what}", "en": "when {source} says “{port}” → {what}"}
_INTO = {"ja": "{source}({port})", "en": "{source} ({port})"}
_BOTH = {"ja": "{source}の「{port}」", "en": "{source} “{port}”"}


def explain(document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> str:
    """One line for each node in document order: after what, what it is, and what it does, in the reader's words."""
    telling = Telling(document, catalog, registry, lang)
    return "\n".join(f"{number}. {telling.line(node)}" for number, node in enumerate(document.get("nodes", []), 1))


class Telling:
    """What every line of one explanation needs: names that tell nodes of one kind apart, and a speaker of values."""

    def __init__(self, document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> None:
        self.catalog, self.lang = catalog, lang
        self.nodes = {node["id"]: node for node in document.get("nodes", [])}
        self.speaker = Speaker(registry, document, lang)
        self.labels = {id: self._label(node) for id, node in self.nodes.items()}
        self.shared = {label for label, count in Counter(self.labels.values()).items() if count > 1}

    def line(self, node: dict[str, Any]) -> str:
        params = self._params(node)
        label = self.labels[node["id"]]
        what = _WHAT[self.lang].format(label=label, what=params) if params else label
        wires = node.get("from") or []
        refs = wires if isinstance(wires, list) else [ref for many in wires.values() for ref in many]
        if not refs:
            return what
        if len(refs) == 1:
            source, port = self._source(refs[0])
            form = _ON if port else _AFTER
            return form[self.lang].format(source=source, port=port, what=what)
        said = [self._mention(ref) for ref in refs] if isinstance(wires, list) else self._by_input(node, wires)
        return _AFTER[self.lang].format(source=_JOINT[self.lang].join(said), what=what)

    def _label(self, node: dict[str, Any]) -> str:
        kind = self.catalog.get(node["kind"])
        words = kind.words.get(self.lang) if kind else None
        return str(node.get("label") or (words.label if words else node["kind"]))

    def called(self, id: str) -> str:
        """What a node is called, with its id where others are called alike."""
        label = self.labels.get(id, id)
        return f"{label} ({id})" if label in self.shared else label

    def _source(self, ref: str) -> tuple[str, str]:
        """What a wire comes from, and the label of its port where the node has several."""
        id, _, name = ref.partition(".")
        label, node = self.called(id), self.nodes.get(id)
        kind = self.catalog.get(node["kind"]) if node else None
        ports = kind.outputs if kind else ()
        if len(ports) < 2:
            return label, ""
        port = next((port for port in ports if port.name == name), ports[0])
        return label, spoken(port.label, self.lang, port.name)

    def _mention(self, ref: str) -> str:
        source, port = self._source(ref)
        return _BOTH[self.lang].format(source=source, port=port) if port else source

    def _by_input(self, node: dict[str, Any], wires: dict[str, list[str]]) -> list[str]:
        """What comes into which input, where a node has several."""
        kind = self.catalog.get(node["kind"])
        labels = {port.name: spoken(port.label, self.lang, port.name) for port in (kind.inputs if kind else ())}
        return [
            _INTO[self.lang].format(source=self._mention(ref), port=labels.get(name, name))
            for name, refs in wires.items()
            for ref in refs
        ]

    def _params(self, node: dict[str, Any]) -> str:
        kind = self.catalog.get(node["kind"])
        if kind is None:
            return ""
        schema, params = plain_schema(kind), node.get("params") or {}
        ordered = [name for name in schema.get("properties", {}) if name in params]
        said = [self._param(kind, schema, name, params) for name in ordered]
        return _JOINT[self.lang].join(part for part in said if part)

    def _param(self, kind: type[Kind], schema: dict[str, Any], name: str, params: dict[str, Any]) -> str:
        part = schema["properties"][name]
        value, marks = params[name], facts(expand([part], schema))
        if value == part.get("default") or value in (None, False, {}):
            return ""
        labels = kind.words[self.lang].labels
        said = self.speaker.say(value, marks, self.unit(marks, params), labels, name)
        if name in schema.get("required", ()) or isinstance(value, dict):
            return said
        label = labels.get(name, name)
        compares = "unit_of" in marks and name in getattr(kind.Params, "exactly_one", ())
        return f"{said} {label}" if compares and self.lang == "ja" else f"{label} {said}".strip()

    def unit(self, marks: dict[str, Any], params: dict[str, Any]) -> str:
        field = params.get(str(marks.get("unit_of")))
        return self.speaker.unit_of(field) if isinstance(field, str) else ""
