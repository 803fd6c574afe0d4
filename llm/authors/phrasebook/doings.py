"""From clauses to what is to be done: telling, recording, calling, commanding."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import tables
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar, Later, Sampled
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.predicates import repeats
from llm.authors.phrasebook.reading import Named, Reading, Span
from llm.authors.phrasebook.spells import taken_back
from llm.authors.phrasebook.standing import only_again
from llm.authors.phrasebook.subjects import unregistered
from llm.authors.phrasebook.targets import Call, best_call, knows_same, target_of
from llm.authors.phrasebook.wishes import Doing, Meaning, Missed, Open, Source, Step, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.duration import format_duration
from nodes.kit.things import DeviceType, Registry

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_TO = {
    "ja": re.compile(r"(?P<name>[^、,。\s「」にでをはがへ]{2,20}?)(?:さん|様)?(?:あて|宛て?)?(?:に|へ|にも|へも)(?:は)?[^、。]{0,12}$"),
    "en": re.compile(r"\b(?:to|notify|tell|inform|alert|warn|page|call|email|e-mail|message|ping|text|let)\s+(?:the\s+|our\s+|a\s+)?(?P<name>[A-Za-z#@][\w#@' -]{1,40})", re.IGNORECASE),
}  # fmt: skip


_ASKS_EN = re.compile(r"\b(?:remind|ask|tell|get|instruct|prompt|nudge|message|text|request)\w*\b")
_ASKED_EN = re.compile(r",? to (?=(?!the |a |an |our )[a-z]+ )(?P<what>[^.;]+)")
_ASKED_JA = re.compile(
    r"(?P<what>[^、。]{3,40}?)(?:する)?よう(?:に)?(?:と)?、?(?=[^、。]{0,14}(?:伝え|知らせ|連絡|通知|言|促|頼|依頼|リマインド|お願い|指示|声))"
)
_SAYS_JA = re.compile(
    r"(?P<what>[^、。にへをがはで「」\s]{2,20}[一-龠ァ-ヶー])(?P<how>って|と)(?=、?(?:[^、。]{0,10}(?:に|へ))?(?:送|伝え|知らせ|連絡|流|報告|通知|メール|投稿|言))"
)
"""What is told, without quotation marks: 凍結注意って送って."""
_STOPS = re.compile(r"止めて|(?:then )?stops?$")
_ENDS = re.compile(
    r"\b(?:that|when|whenever|if|once|and|with|saying|about|immediately|right|know|as|on|in|at|by|via|through|every|each|right|straight|"
    r"over|per|only|too|also|again|because|while|for|to)\b|[,.;]"
)


class DoingReader:
    """Reads what is to be done; remembers destinations and command for "again" and "it"."""

    def __init__(self, reading: Reading, registry: Registry, catalog: Catalog, lang: str) -> None:
        self.reading, self.registry, self.catalog, self.lang = reading, registry, catalog, lang
        self.last_to: list[str | None] = []
        self.stranger: str | None = None
        """Who was to be told last, where nobody of this name is registered."""
        self.last_type: DeviceType | None = None
        self.last_target: tuple[DeviceType, Any] | None = None
        """The devices that were named last to be commanded: what leaves them out goes to the same ones."""
        self.missed: list[Missed] = []
        self.triggers: TriggerReader | None = None
        self.text: str | None = None
        """A text that waits for somebody to be told."""
        self.hinted: list[str] = []
        """Destinations that the condition names ("店長に、…を超えたことを知らせて")."""

    def read(self, clause: Clause, trigger: Trigger | None) -> list[Doing]:
        source = trigger.source if trigger else None
        if clause.having("nothing") and not any(s.quote is not None or s.named("destination") for s in clause.spans):
            for span in clause.spans:
                span.used = True
            return []
        if only_again(clause):
            return self._once_more(clause)
        if self._only_text(clause):
            return []
        if unregistered(clause.spans, self.reading.low) is not None and not clause.role("tell"):
            self._miss(clause, "unknown")
            return []
        found = []
        missed = len(self.missed)
        content = self._content(clause)
        call = self._call(clause, source) if content is None else None
        told = self._tell(clause, call, source)
        if told is not None:
            told.text = told.text or content
            found.append(told)
        if (recorded := self._record(clause, source)) is not None:
            found.append(recorded)
        if call is not None and (told is None or _on_its_own(call, clause)) and recorded is None:
            found += self._actuate(call, clause, source, trigger)
            found += self._others_too(call, clause, source, trigger)
        if not found and len(self.missed) == missed:
            self._miss(clause)
        for span in clause.spans:
            if isinstance(span.fact, Later) and not span.fact.of and found and not span.used:
                span.used = True
                for doing in found:
                    doing.later = span.fact.ms
        return found

    def _content(self, clause: Clause) -> str | None:
        """What somebody is asked to do ("remind the engineer to take a sample"), which is what the notice says."""
        to = next((s for s in clause.spans if s.named("destination")), None)
        if to is None or self.triggers is None or any(s.quote is not None for s in clause.spans):
            return None
        low = self.reading.low
        if self.lang == "en":
            match = _ASKED_EN.match(low, to.end, clause.end) if _ASKS_EN.search(low, clause.start, to.start) else None
        else:
            match = _ASKED_JA.search(low, clause.start, clause.end) or self._quoted(clause)
        if match is None:
            return None
        start, end = match.start("what"), match.end("what")
        timed = [
            s.start
            for s in clause.spans
            if start < s.start < end and (s.every is not None or s.clock or s.days or s.fact)
        ]
        end = min(timed, default=end) if self.lang == "en" else end
        start = max([s.end for s in clause.spans if s.end <= end and (s.every is not None or s.clock or s.days or s.named("destination")) and s.end > start], default=start) if self.lang == "ja" else start  # fmt: skip
        words = self.reading.words(start, end).lstrip("にへ、はで ")
        if len(words) < 3:
            return None
        self.triggers.spans.append(Span(start, end, words, used=True))
        for span in clause.spans:
            span.used = span.used or start <= span.start < end
        return words

    def _quoted(self, clause: Clause) -> re.Match[str] | None:
        """ "凍結注意って送って": a noun that is told as it stands, and names nothing that is registered."""
        match = _SAYS_JA.search(self.reading.low, clause.start, clause.end)
        if match is None:
            return None
        inside = [s for s in clause.spans if match.start("what") <= s.start < match.end("what")]
        named = any(s.named("destination") or (match["how"] == "と" and s.names) for s in inside)
        return None if named or any(s.quantity or s.fact for s in inside) else match

    def reopen(self, clauses: list[Clause]) -> None:
        """ "... and stop it when ...": what was commanded before is stopped, instead of nothing being done."""
        for clause in clauses if self.last_target is not None else ():
            others = [s for s in clause.spans if s.names or s.phrases or s.quote is not None]
            for span in clause.having("nothing") if not others else ():
                if _STOPS.match(span.text):
                    span.words = {"stop"}

    def _only_text(self, clause: Clause) -> bool:
        """ "入ったら「入庫」、…": what is told, to those who are named later in the sentence."""
        quotes = [s for s in clause.spans if s.quote is not None]
        others = [s for s in clause.spans if s not in quotes]
        if len(quotes) != 1 or any(s.names or s.phrases or s.words - {"and", "then"} for s in others):
            return False
        if quotes[0].names or not re.match(
            r"\s*[、,]", self.reading.text[quotes[0].end :] + self.reading.text[clause.end :]
        ):
            return False
        self.text, quotes[0].used = quotes[0].quote, True
        return True

    def _once_more(self, clause: Clause) -> list[Doing]:
        """ "... and again when it is back": the same people are told."""
        if self._strangers(clause):
            return []
        meaning = self._meaning_to(self.last_to[0] if self.last_to else None)
        for span in clause.spans:
            span.used = True
        words = self.reading.words(clause.start, clause.end)
        return [Doing("tell", words, meaning, to=list(self.last_to) or [None])] if meaning else []

    def _strangers(self, clause: Clause, *, known: bool = False) -> bool:
        """Whether the same are to be told as before, and they are registered nowhere: then nobody else is."""
        if self.stranger is None or known:
            self.stranger = None
            return False
        self._miss(clause, "destination")
        self.missed[-1].near = nearest(self.stranger, self.registry, ("destination",), self.lang)
        return True

    def _miss(self, clause: Clause, reason: str = "doing") -> None:
        timed = [s for s in clause.spans if s.clock or s.days or s.is_fact(Calendar)]
        rest = [s for s in clause.spans if s not in timed]
        if timed and all(s.used for s in timed) and not any(s.names or s.phrases or s.quantity for s in rest):
            return
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
        spans = clause.spans
        if clause.alone:
            spans = [*spans, Span(clause.end, clause.end, "", words={"on"})]
        return best_call(spans, self.registry, source, self.last_type)

    def _tell(self, clause: Clause, call: Call | None, source: Source | None) -> Doing | None:
        spans = clause.spans
        tells = [s for s in spans if s.role("tell") or repeats(s)]
        to = list(dict.fromkeys(n.id for s in spans for n in s.named("destination")))
        texts = [s for s in spans if s.quote is not None and not s.named("destination")]
        said = bool(texts and self.last_to) and self.reading.low[texts[0].end : clause.end].strip("、。 \n") in (
            "と",
            "とも",
        )
        if not tells and not said and not (to and (texts or call is None)):
            return None
        unknown = None if to or self.hinted else self._unknown_to(clause, tells)
        if unknown is not None:
            self.stranger = unknown
            self.missed.append(
                Missed(unknown, "destination", nearest(unknown, self.registry, ("destination",), self.lang))
            )
            for span in [*tells, *texts]:
                span.used = True
            return None
        if not to and call is not None and not call.lacks and tells and (all(s in call.spans for s in tells) or self._by(call, clause)):  # fmt: skip
            return None
        if self._strangers(clause, known=bool(to or self.hinted)):
            return None
        chosen: list[str | None] = list(to or self.hinted or self.last_to) or [None]
        self.last_to = chosen
        for span in spans:
            span.used = span.used or bool(span.named("destination")) or span in tells or span in texts
        meaning = self._meaning_to(chosen[0])
        if meaning is None:
            return None
        words = self.reading.words(clause.start, clause.end)
        doing = Doing("tell", words, meaning, to=chosen, text=texts[0].quote if texts else None)
        if source is not None and self.triggers is not None:
            tables.told(self.triggers, doing, spans, source.type)
        return doing

    def _by(self, call: Call, clause: Clause) -> bool:
        """ "スピーカーで「…」と流す": the device that says it is named, and nobody else."""
        low = self.reading.low
        mine = [s for s in clause.spans if any(call.type.id in (n.id, n.owner) and n.sort in ("type", "device") for n in s.names)]  # fmt: skip
        return self.lang == "ja" and any(re.match(r"(?:から|で|に|へ)も?", low[s.end :]) for s in mine)

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
        sampled = next((s.fact for s in clause.spans if isinstance(s.fact, Sampled)), None)
        records = clause.role("record") or sampled
        meaning = self.meaning("record")
        if not records or meaning is None:
            return None
        spread = _owner([n for s in clause.spans for n in s.named("field")])
        fields = [n.id for s in clause.spans for n in s.named("field") if n.owner == spread]
        for span in clause.spans:
            span.used = True
        words = self.reading.words(clause.start, clause.end)
        doing = Doing("record", words, meaning, fields=list(dict.fromkeys(fields)), spread=spread)
        self._computed(clause, doing, source)
        self._summed(clause, doing)
        if isinstance(sampled, Sampled):
            doing.sampled = sampled
        return doing

    def _computed(self, clause: Clause, doing: Doing, source: Source | None) -> None:
        """ "Record the dew point": fields that no device sends are computed first."""
        if self.triggers is None or not clause.role("derive"):
            return
        type_ = self.registry.types.get(doing.spread or "") or (source.type if source is not None else None)
        if type_ is None:
            named = self.triggers.source(clause.spans, None)
            type_ = named.type if named is not None else None
        for virtual in self.triggers.derivations.named(clause.spans, type_) if type_ is not None else ():
            if virtual.field.name not in doing.fields:
                doing.steps += virtual.steps
                doing.fields.append(virtual.field.name)
                doing.spread = type_.id if type_ is not None else None

    def _summed(self, clause: Clause, doing: Doing) -> None:
        """ "... record the average": one value for each length of time."""
        found = next((m for s in clause.role("aggregate") for m in s.phrases if "<over>" in m[1].params.values()), None)
        if found is None or not doing.fields:
            return
        length = next((s.duration for s in clause.spans if s.duration is not None), None)
        over = (
            Open("span", format_duration(length), "window")
            if length
            else Open("span", "5m", "window", assumed="no_window")
        )
        slots = {"<field>": doing.fields[0], "<over>": over, "<mode>": "tumbling"}
        name = f"{doing.fields[0]}_{found[1].params.get('calc', 'sum')}"
        doing.steps.append(Step(found, slots, gives=found[1].gives, named=name))
        doing.fields = [found[1].gives or doing.fields[0]]

    def _others_too(self, call: Call, clause: Clause, source: Source | None, trigger: Trigger | None) -> list[Doing]:
        """ "Turn off the fan and the air conditioner": devices of another type that the same words command."""
        found: list[Doing] = []
        strong = [n for s in clause.spans for n in s.names if n.sort in ("type", "device") and n.strength >= 2]
        others = dict.fromkeys(n.id if n.sort == "type" else n.owner for n in strong)
        for other in others:
            type_ = self.registry.types.get(other or "")
            if (
                type_ is None
                or type_ is call.type
                or not type_.commands
                or (source is not None and source.type is type_)
            ):
                continue
            spans = [s for s in clause.spans if not any(call.type.id in (n.id, n.owner) and n.sort in ("type", "device", "call", "choice") for n in s.names) or any(n.sort in ("type", "device") and type_.id in (n.id, n.owner) for n in s.names)]  # fmt: skip
            again = self._call(replace(clause, spans=spans), source)
            if again is not None and again.type is type_ and not again.lacks:
                found += self._actuate(again, replace(clause, spans=spans), source, trigger)
        return found

    def _actuate(self, call: Call, clause: Clause, source: Source | None, trigger: Trigger | None) -> list[Doing]:
        meaning = self.meaning("actuate")
        words = self.reading.words(clause.start, clause.end)
        if meaning is None or call.lacks:
            self.missed.append(Missed(words, "values", call.lacks))
            return []
        everywhere = bool(clause.having("whole"))
        share = trigger.share if trigger is not None else None
        target = target_of(call, clause.spans, self.registry, source, everywhere, share)
        named = [n for s in clause.spans for n in s.names if n.sort in ("type", "device", "attribute")]
        if not named and not everywhere and self.last_target is not None and self.last_target[0] is call.type:
            target = self.last_target[1]
            if not knows_same(target, source, self.registry):
                self.missed.append(Missed(words, "which_device"))
                return []
        elif named:
            self.last_target = (call.type, target)
        self.last_type = call.type
        for span in clause.spans:
            mine = any(n.sort in ("type", "device", "choice", "call", "attribute", "field") for n in span.names)
            span.used = (
                span.used or mine or span in call.spans or bool(span.words & set(POLARITIES)) or bool(span.phrases)
            )
        back = taken_back(self.reading, self.registry, self.lang, call, clause, source)
        made = []
        for one in target if isinstance(target, list) else [target]:
            doing = Doing("actuate", words, meaning, target=one, target_type=call.type, call=call.command.id, values=call.values)  # fmt: skip
            made += [doing, *([replace(doing, call=back[0], values=back[1], later=back[2])] if back else [])]
        return made


def _owner(names: list[Named]) -> str | None:
    """The type of which the words name the most fields, and those most surely."""
    sums: dict[str | None, float] = {}
    for name in names:
        sums[name.owner] = sums.get(name.owner, 0) + name.strength
    return max(sums, key=lambda owner: sums[owner], default=None)


def _on_its_own(call: Call, clause: Clause) -> bool:
    """The clause really speaks of commanding: it names the devices or their choice, not only a word like "on"."""
    named = any(n.sort in ("type", "device") and call.type.id in (n.id, n.owner) for s in clause.spans for n in s.names)
    return named or any(s.named("choice") or s.named("call") for s in call.spans)
