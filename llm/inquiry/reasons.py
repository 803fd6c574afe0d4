"""Why a flow is as it is, from what was kept of the conversation: the words of the sentences, what was assumed, what was
asked and answered. Nothing is guessed: where nothing was kept, the answer says so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import Reading
from llm.inquiry.explaining import Explaining
from llm.inquiry.parts import Part, says
from llm.inquiry.said import joined, say

_WHAT = "\0"
"""Stands for what a reason is given for, until all that have the same one are known."""


@dataclass(frozen=True)
class Exchange:
    """One round of the conversation: what was said, the answers that were given to questions of an earlier round, and the
    Compilation that came of it, as its JSON."""

    prompt: str
    compilation: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        return self.compilation.get("document") or {}

    def parts(self) -> list[dict[str, Any]]:
        """What the author said of its reading; of a model nothing."""
        reading = (self.compilation.get("evidence") or {}).get("reading") or {}
        return [part for part in reading.get("parts") or [] if isinstance(part, dict)]

    def unused(self) -> list[str]:
        reading = (self.compilation.get("evidence") or {}).get("reading") or {}
        return [str(word) for word in reading.get("unused") or []]


class Reasons:
    """Tells the reasons for parts of one document."""

    def __init__(self, explaining: Explaining, history: list[Exchange]) -> None:
        self.explaining, self.lang = explaining, explaining.lang
        self.document = explaining.document
        self.history = [exchange for exchange in history if exchange.document]

    def of(self, parts: list[Part]) -> str:
        """One line for each part, and for each setting that a node uses."""
        if not self.history:
            return "\n".join([say("nothing_kept", self.lang), *(self.explaining.part(part) for part in parts)])
        asked = dict.fromkeys(each for part in parts for each in (part, *self._settings_of(part)))
        lines = [self._setting(part.setting) if part.setting else self._node(part) for part in asked]
        return "\n".join(dict.fromkeys(lines))

    def whole(self) -> str:
        """All of it: the first sentence, each node and setting, and the words that were not used."""
        if not self.history:
            return f"{say('nothing_kept', self.lang)}\n{self.explaining.whole()}"
        first = self.history[0]
        lines = [say("prompt", self.lang, prompt=_short(first.prompt))] if first.prompt else []
        alike: dict[str, list[str]] = {}
        for node in self.explaining.nodes:
            called = self.explaining.name(Part(node["id"]))
            alike.setdefault(self._node(Part(node["id"]), _WHAT), []).append(called)
        lines += [line.replace(_WHAT, joined(called, self.lang)) for line, called in alike.items()]
        lines += [self._setting(name) for name in self.explaining.settings]
        if unused := list(dict.fromkeys(word for exchange in self.history for word in exchange.unused())):
            quoted = (say("quoted", self.lang, word=word) for word in unused)
            lines.append(say("unused", self.lang, words=joined(quoted, self.lang)))
        return "\n".join(lines)

    def _settings_of(self, part: Part) -> Iterator[Part]:
        node = next((n for n in self.explaining.nodes if n["id"] == part.node), {})
        for param, value in (node.get("params") or {}).items():
            for each in value if isinstance(value, list) else [value]:
                named = isinstance(each, str) and each.startswith("$") and each[1:] in self.explaining.settings
                if named and part.param in ("", param):
                    yield Part(setting=each[1:])

    def _node(self, part: Part, what: str = "") -> str:
        what = what or self.explaining.name(part)
        for exchange in reversed(self.history):
            if part.node not in {node.get("id") for node in exchange.document.get("nodes") or []}:
                continue
            for said in exchange.parts():
                if part.node in (said.get("nodes") or []):
                    return self._made(what, said, exchange)
        written = next((e for e in reversed(self.history) if self._wrote(e, part.node)), None)
        if written is not None and not written.parts():
            return say("because_written", self.lang, what=what, prompt=_short(written.prompt))
        return say("because_added", self.lang, what=what)

    def _wrote(self, exchange: Exchange, node: str) -> bool:
        return node in {known.get("id") for known in exchange.document.get("nodes") or []}

    def _made(self, what: str, said: dict[str, Any], exchange: Exchange, key: str = "because") -> str:
        words = str(said.get("words"))
        if said.get("sort") == "answer":
            asked = next((q for q in self._questions() if q.get("text") == words), {})
            answer = _label(asked, exchange.answers.get(str(asked.get("id"))))
            return say("because_answer", self.lang, what=what, question=words, answer=answer)
        if said.get("sort") == "change" or exchange.prompt != self.history[0].prompt:
            return say("because_edit", self.lang, what=what, words=words, prompt=_short(exchange.prompt))
        return say(key, self.lang, what=what, words=words)

    def _questions(self) -> list[dict[str, Any]]:
        return [q for exchange in reversed(self.history) for q in exchange.compilation.get("questions") or []]

    def _setting(self, name: str) -> str:
        """Said, answered, assumed, found in the sentence, or changed by hand."""
        what, setting = self.explaining.name(Part(setting=name)), self.explaining.settings[name]
        value = setting.get("value")
        there = [e for e in reversed(self.history) if name in (e.document.get("settings") or {})]
        same = [e for e in there if e.document["settings"][name].get("value") == value]
        for exchange in same:
            for said in exchange.parts():
                if words := (said.get("settings") or {}).get(name):
                    return self._made(what, {**said, "words": words}, exchange, "because_value")
        asked = next((q for q in self._questions() if q.get("setting") == name), None)
        if setting.get("assumed"):
            return self._assumed(what, name, there, asked)
        if asked is not None:
            answer = _label(asked, value) or self.explaining.value(name)
            return say("because_answer", self.lang, what=what, question=asked.get("text"), answer=answer)
        for exchange in same:
            if words := self._in_sentence(exchange.prompt, value):
                return say("because_sentence", self.lang, what=what, words=words)
        if there and not same:
            before = there[0].document["settings"][name]
            shown = f"{before.get('value')} {before.get('unit') or ''}".strip()
            return say("because_hand", self.lang, what=what, before=shown)
        if same and not same[0].parts():
            return say("because_written", self.lang, what=what, prompt=_short(same[0].prompt))
        return say("because_added", self.lang, what=what)

    def _assumed(self, what: str, name: str, there: list[Exchange], asked: dict[str, Any] | None) -> str:
        told = (a for e in there for a in e.compilation.get("assumptions") or [] if a.get("setting") == name)
        why = next((str(a.get("text") or "") for a in told), "")
        if asked is not None and not why:
            why = str(asked.get("text") or "")
        key = "because_assumed" if why else "because_usual"
        return say(key, self.lang, what=what, why=why)

    def _in_sentence(self, prompt: str, value: Any) -> str:
        """The words of a sentence that say `value`; empty where none do."""
        reading = Reading(prompt)
        units = [f.unit for t in self.explaining.registry.types.values() for f in t.fields if f.unit]
        spans = [*durations(reading), *quantities(reading, units)]
        return next((reading.words(s.start, s.end) for s in spans if says(s, value)), "")


def _label(question: dict[str, Any], value: Any) -> str:
    """How the option of a question is called that has this value."""
    options = question.get("options") or []
    known = next((str(option.get("label")) for option in options if option.get("value") == value), "")
    return known or ("" if value is None else str(value))


def _short(prompt: str) -> str:
    text = " ".join(prompt.split())
    return text if len(text) <= 160 else f"{text[:159]}…"
