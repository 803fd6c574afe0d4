"""From clauses to what is to be done: telling, recording, calling, commanding."""

import re
from typing import Any

from llm.authors.phrasebook.clauses import Clause, only_again
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.subjects import unregistered
from llm.authors.phrasebook.targets import Call, best_call, target_of
from llm.authors.phrasebook.wishes import Doing, Meaning, Missed, Source, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.things import DeviceType, Registry

_TO = {
    "ja": re.compile(r"(?P<name>[^、,。\s「」にでをはがへ]{2,20}?)(?:さん|様)?(?:あて|宛て?)?(?:に|へ|にも|へも)(?:は)?[^、。]{0,12}$"),
    "en": re.compile(r"\b(?:to|notify|tell|inform|alert|warn|page|call|email|e-mail|message|ping|text|let)\s+(?:the\s+|our\s+|a\s+)?(?P<name>[A-Za-z#@][\w#@' -]{1,40})", re.IGNORECASE),
}  # fmt: skip


_ENDS = re.compile(
    r"\b(?:that|when|whenever|if|once|and|with|saying|about|immediately|right|know|as|on|in|at|by|via|through|every|each|right|straight|"
    r"over|per|only|too|also|again|because|while|for|to)\b|[,.;]"
)


class DoingReader:
    """Reads what is to be done; remembers destinations and command for "again" and "it"."""

    def __init__(self, reading: Reading, registry: Registry, catalog: Catalog, lang: str) -> None:
        self.reading, self.registry, self.catalog, self.lang = reading, registry, catalog, lang
        self.last_to: list[str | None] = []
        self.last_type: DeviceType | None = None
        self.last_target: tuple[DeviceType, Any] | None = None
        """The devices that were named last to be commanded: what leaves them out goes to the same ones."""
        self.missed: list[Missed] = []
        self.hinted: list[str] = []
        """Destinations that the condition names ("店長に、…を超えたことを知らせて")."""

    def read(self, clause: Clause, trigger: Trigger | None) -> list[Doing]:
        source = trigger.source if trigger else None
        if clause.having("nothing"):
            for span in clause.spans:
                span.used = True
            return []
        if only_again(clause):
            return self._once_more(clause)
        if unregistered(clause.spans, self.reading.low) is not None and not clause.role("tell"):
            self._miss(clause, "unknown")
            return []
        found = []
        missed = len(self.missed)
        call = self._call(clause, source)
        told = self._tell(clause, call)
        if told is not None:
            found.append(told)
        if (recorded := self._record(clause, source)) is not None:
            found.append(recorded)
        if call is not None and (told is None or _on_its_own(call, clause)) and recorded is None:
            found += self._actuate(call, clause, source)
        if not found and len(self.missed) == missed:
            self._miss(clause)
        return found

    def _once_more(self, clause: Clause) -> list[Doing]:
        """ "... and again when it is back": the same people are told."""
        meaning = self._meaning_to(self.last_to[0] if self.last_to else None)
        for span in clause.spans:
            span.used = True
        words = self.reading.words(clause.start, clause.end)
        return [Doing("tell", words, meaning, to=list(self.last_to) or [None])] if meaning else []

    def _miss(self, clause: Clause, reason: str = "doing") -> None:
        if any(
            span.names or span.words - {"then", "and", "wish"} or span.phrases for span in clause.spans
        ) or self._says(clause):
            self.missed.append(Missed(self.reading.words(clause.start, clause.end), reason))
        for span in clause.spans:
            span.used = True

    def _says(self, clause: Clause) -> bool:
        return len(self.reading.words(clause.start, clause.end)) > 3

    def meaning(self, role: str) -> Meaning | None:
        return next(((kind, p) for kind in self.catalog for p in kind.phrases if p.role == role), None)

    def _call(self, clause: Clause, source: Source | None) -> Call | None:
        return best_call(clause.spans, self.registry, source, self.last_type)

    def _tell(self, clause: Clause, call: Call | None) -> Doing | None:
        spans = clause.spans
        tells = [s for s in spans if s.role("tell")]
        to = list(dict.fromkeys(n.id for s in spans for n in s.named("destination")))
        texts = [s for s in spans if s.quote is not None and not s.named("destination")]
        if not tells and not (to and (texts or call is None)):
            return None
        unknown = None if to or self.hinted else self._unknown_to(clause, tells)
        if unknown is not None:
            from llm.authors.phrasebook.names import nearest

            self.missed.append(
                Missed(unknown, "destination", nearest(unknown, self.registry, ("destination",), self.lang))
            )
            for span in [*tells, *texts]:
                span.used = True
            return None
        if not to and call is not None and not call.lacks and tells and all(s in call.spans for s in tells):
            return None
        chosen: list[str | None] = list(to or self.hinted or self.last_to) or [None]
        self.last_to = chosen
        for span in spans:
            span.used = span.used or bool(span.named("destination")) or span in tells or span in texts
        meaning = self._meaning_to(chosen[0])
        if meaning is None:
            return None
        words = self.reading.words(clause.start, clause.end)
        return Doing("tell", words, meaning, to=chosen, text=texts[0].quote if texts else None)

    def _meaning_to(self, to: str | None) -> Meaning | None:
        destination = self.registry.destinations.get(to or "")
        called = self.meaning("call")
        if destination is not None and called is not None and destination.service in called[1].text.split():
            return called
        return self.meaning("tell")

    def _unknown_to(self, clause: Clause, tells: list[Span]) -> str | None:
        """The name of someone to tell who is not registered."""
        if not tells:
            return None
        if self.lang == "ja":
            match = _TO["ja"].search(self.reading.text[clause.start : tells[0].start])
            name = match["name"] if match else None
        else:
            match = _TO["en"].search(self.reading.text[clause.start : clause.end])
            name = _ENDS.split(match["name"])[0].strip() if match else None
            if name is None and re.search(r"(?i)\bcall \+?\d", self.reading.text[clause.start : clause.end]):
                return self.reading.words(clause.start, clause.end)
        if not name or re.fullmatch(
            r"(?i)(me|us|them|someone|somebody|everyone|people|him|her|it|staff|a|an|message|notification|alert|私|僕|自分|みんな|全員|担当|担当者|一度だけ|すぐ|直ち|至急|速やか|即座|自動的|ただち|直|とき|時|場合|際)",
            name,
        ):
            return None
        start = self.reading.text.find(name, clause.start)
        covered = any(
            s.start < start + len(name) and s.end > start and not s.words & {"whole", "any", "each"}
            for s in clause.spans
        )
        return None if covered or not re.search(r"[^\W\d_]", name) else name

    def _record(self, clause: Clause, source: Source | None) -> Doing | None:
        records = clause.role("record")
        meaning = self.meaning("record")
        if not records or meaning is None:
            return None
        fields = [n.id for s in clause.spans for n in s.named("field")]
        spread = next((n.owner for s in clause.spans for n in s.named("field")), None)
        for span in clause.spans:
            span.used = True
        aggregate = clause.role("aggregate")
        window = None
        if aggregate:
            length = next((s.duration for s in clause.spans if s.duration is not None), None)
            found = aggregate[0].role("aggregate")
            window = (found, length) if found else None
        words = self.reading.words(clause.start, clause.end)
        return Doing("record", words, meaning, fields=list(dict.fromkeys(fields)), window=window, spread=spread)

    def _actuate(self, call: Call, clause: Clause, source: Source | None) -> list[Doing]:
        meaning = self.meaning("actuate")
        words = self.reading.words(clause.start, clause.end)
        if meaning is None or call.lacks:
            self.missed.append(Missed(words, "values", call.lacks))
            return []
        everywhere = bool(clause.having("whole"))
        target = target_of(call, clause.spans, self.registry, source, everywhere)
        named = [n for s in clause.spans for n in s.names if n.sort in ("type", "device", "attribute")]
        if not named and not everywhere and self.last_target is not None and self.last_target[0] is call.type:
            target = self.last_target[1]
        elif named:
            self.last_target = (call.type, target)
        self.last_type = call.type
        for span in clause.spans:
            mine = any(n.sort in ("type", "device", "choice", "call", "attribute", "field") for n in span.names)
            span.used = (
                span.used or mine or span in call.spans or bool(span.words & set(POLARITIES)) or bool(span.phrases)
            )
        targets = target if isinstance(target, list) else [target]
        return [
            Doing(
                "actuate", words, meaning, target=one, target_type=call.type, call=call.command.id, values=call.values
            )
            for one in targets
        ]


def _on_its_own(call: Call, clause: Clause) -> bool:
    """The clause really speaks of commanding: it names the devices or their choice, not only a word like "on"."""
    named = any(n.sort in ("type", "device") and call.type.id in (n.id, n.owner) for s in clause.spans for n in s.names)
    return named or any(s.named("choice") or s.named("call") for s in call.spans)
