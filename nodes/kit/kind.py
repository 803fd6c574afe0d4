"""A kind is one entry of the vocabulary; an instance of it is one node of a plan."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import msgspec

from nodes.kit.effect import Answer, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.params import NodeParams
from nodes.kit.picture import Pictures
from nodes.kit.problem import Problem
from nodes.kit.quick import Quick, Reading
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape
from nodes.kit.things import Words
from nodes.kit.weighed import Weighed


class Port(msgspec.Struct, frozen=True):
    """An input or output; `label` is what the editor shows."""

    name: str
    label: Words = {}


class KindWords(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person reads about a kind in one language. `params` explains each param by name; `labels` gives the
    short form label of each, of every key inside it, and of each choice as "param.choice"."""

    label: str
    summary: str
    description: str = ""
    params: dict[str, str] = {}
    labels: dict[str, str] = {}


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Words with which people ask for this kind, for the phrasebook author and for search.

    `text` is a fragment as it stands in a sentence: in Japanese a stem ("を超え"), in English words that may be
    inflected ("exceed"). `role` says what the words mean in a sentence: `source`, `clock`, `compare`, `recover`,
    `hold`, `lean` (a direction without a number), `edge`, `test`, `compute`, `aggregate`, `quiet`, `tell`,
    `record`, `ask`, `call`, `actuate`; `derive` (they name the field that this kind computes), `happen` (an occurrence
    that this kind notices), `gate` (when or which events go on), `treat` (what is done to events on their way), `name`
    (they only name the kind, which a person has to complete). `port` is the output that goes on. `params` are the params to write, where
    `"<slot>"` is filled from the sentence (`<type> <only> <where> <every> <cron> <field> <number> <numbers> <hold>
    <margin> <per> <fields> <expression> <computed> <over> <quiet> <destination> <text> <target> <call> <values>
    <mode>`, and fields by what they measure: `<temperature> <humidity> <voltage> <current> <active>`, and `<table>`) and
    left out where it says nothing. `gives` names a field that this kind adds to the events.
    """

    lang: str
    text: str
    role: str
    port: str | None = None
    params: dict[str, Any] = {}
    gives: str | None = None


def phrases(
    lang: str, role: str, texts: str, *, port: str | None = None, params: dict[str, Any] | None = None,
    gives: str | None = None,
) -> tuple[Phrase, ...]:  # fmt: skip
    """One phrase for each of `texts`, which are separated by `|`."""
    return tuple(
        Phrase(lang=lang, text=text.strip(), role=role, port=port, params=params or {}, gives=gives)
        for text in texts.split("|")
    )


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document with `tests`: documentation, few-shot example and executed test at once. `registry` (as in
    registry.json) is there where the example names registered things."""

    title: Words
    document: dict[str, Any]
    registry: dict[str, Any] | None = None


IN = Port("in", {"ja": "入力", "en": "in"})
OUT = Port("out", {"ja": "出力", "en": "out"})


Said = dict[str, dict[str, str]]
"""By language, a short name for each field of a memory that means something to a person."""


class Memory(msgspec.Struct):
    """Base of what a node remembers per key. Subclasses hold only JSON types, are changed in place by the node, and
    survive `msgspec.json` there and back. `said` names what a person is shown of it."""

    said: ClassVar[Said] = {}
    waits: ClassVar[tuple[str, ...]] = ()
    """Fields that hold times of the key's clock (ms) from which something is counted: such a time, what begins with one, what can
    move along itself (`later`), a list of the last two, or several of them by name."""

    def later(self, by: int) -> bool:
        """The clock that this key's events have their times from is set `by` ms forward, and nothing that waits may wait less for
        it. False where times are those of the calendar, which passes."""
        for name in self.waits:
            setattr(self, name, _later(getattr(self, name), by))
        return bool(self.waits)


def _later(held: Any, by: int) -> Any:
    if isinstance(held, dict):
        return {name: _later(one, by) for name, one in held.items()}
    if isinstance(held, list):
        several = not held or isinstance(held[0], msgspec.Struct | list)
        return [_later(one, by) for one in held] if several else [held[0] + by, *held[1:]]
    if isinstance(held, msgspec.Struct):
        held.later(by)  # type: ignore[attr-defined]
        return held
    return None if held is None else held + by


class Kind:
    """One kind. Subclasses set the class attributes and yield effects; they never do I/O and never read a clock.

    The engine keeps one `Memory` per key (`per`), made by `Memory()`, where the class has one. It delivers events of a
    key in order: an event older than the key's newest trusted time comes only if `takes_late`, otherwise it is
    counted as late. Timers run on the key's clock, or on `now` where `timers_on_now`.
    """

    id: ClassVar[str]
    version: ClassVar[int] = 1
    group: ClassVar[str]
    icon: ClassVar[str]
    words: ClassVar[dict[str, KindWords]]
    phrases: ClassVar[tuple[Phrase, ...]] = ()
    examples: ClassVar[tuple[Example, ...]] = ()
    inputs: ClassVar[tuple[Port, ...]] = (IN,)
    outputs: ClassVar[tuple[Port, ...]] = (OUT,)
    Params: ClassVar[type[NodeParams]] = NodeParams
    Memory: ClassVar[type[Memory] | None] = None
    memory_version: ClassVar[int] = 1
    takes_late: ClassVar[bool] = False
    timers_on_now: ClassVar[bool] = False
    model_task: ClassVar[str] = "chat"
    """What the model that it asks has to be for, where it asks one; those for other tasks than `chat` run in the worker."""
    model_needed: ClassVar[bool] = True
    """Whether it can do nothing without a model, where it may ask one."""
    chooses_device: ClassVar[tuple[str, ...]] = ()
    """Outputs whose events are of a device that the kind itself chose, whatever `per` puts together."""
    held_as: ClassVar[str] = ""
    """What a person's snooze holds back of it: `notice`, `command` (only where they said so), or nothing."""

    recalls: bool = False
    """Whether a key's last event is kept, for its timers and for changed settings: by default in a kind that handles either.
    Where a timer is set it always is."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "recalls" not in cls.__dict__:
            cls.recalls = cls.on_timer is not Kind.on_timer or cls.on_settings is not Kind.on_settings

    def __init__(self, params: Any, scope: Scope) -> None:
        self.params = params
        self.scope = scope

    @classmethod
    def check(cls, params: Any, scope: Scope) -> Iterator[Problem]:
        """Problems of meaning that only this kind can see. Ids, ports, schemas and `per` are checked by document/."""
        return iter(())

    @classmethod
    def shapes(cls, params: Any, scope: Scope) -> dict[str, Shape]:
        """The shape of the events on each output; by default what came in goes out."""
        return {port.name: scope.shape for port in cls.outputs}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        """Handle `event` on the input `port`; `memory` is this key's, changed in place."""
        raise NotImplementedError(f"{self.id} reads no events")

    def quick(self) -> Quick | None:
        """How most readings can be handled without an event, where that is worth it. Never says more than `on_event`."""
        return None

    def on_timer(self, name: str, event: Event, memory: Any) -> Iterator[Yield]:
        """A timer is due. `event` is the key's last event with `time` = the due time (an empty one on `now`)."""
        return iter(())

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        """What came of an Ask or Act that `event` caused."""
        return iter(())

    def first_keys(self) -> Iterable[str]:
        """The keys that are there before their first event; `on_start` is called for each."""
        return ("",)

    def on_start(self, now: int, memory: Any) -> Iterator[Yield]:
        """A key begins at `now` (ms) without an event. Only for nodes that set timers then, such as schedules."""
        return iter(())

    def standing(self, memory: Any) -> str | None:
        """In one word where a key stands, for the canvas: the name of an output port, `waiting` while a hold runs, or a
        name out of the params such as a state; None where there is nothing to see."""
        return None

    def weighs(self, event: Event) -> Weighed | None:
        """What decides about `event` here, for a person who tries the flow out; None where that is no single comparison, or
        where it has no value."""
        return None

    def learns_for(self) -> int:
        """How long (ms) it has to see readings before it says anything; a trial begins with so long a past."""
        return 0

    def likely_answers(self) -> tuple[Any, ...]:
        """For a kind that asks without a schema: answers that a trial may give in place of the outside, from nothing to much."""
        return ()

    def on_settings(self, before: Any, memory: Any, now: int) -> Iterator[Yield]:
        """Settings changed while running: `before` are the old params, `self.params` the new ones, `now` the key's
        clock. May move timers and change `memory`. By default the new params act from the next event."""
        return iter(())


class SourceKind(Kind):
    """A kind without inputs that reads arrivals."""

    inputs: ClassVar[tuple[Port, ...]] = ()
    group: ClassVar[str] = "source"

    def reading(self) -> Reading | None:
        """How its messages are read, where each becomes one event and nothing else."""
        return None

    def topics(self) -> list[str]:
        """MQTT topic filters that this node wants (empty: none)."""
        return []

    def qos(self) -> int:
        """The QoS at which `topics` are wanted."""
        return 1

    def own_times(self) -> bool:
        """Whether its events have times of their own, by a clock that is not this machine's."""
        return False

    def pictures(self) -> Pictures | None:
        """Where the messages of `topics`, or what this node is given, carry pictures: they come as handles then."""
        return None

    def accepts(self, arrival: Arrival) -> bool:
        """Whether this node reads `arrival` (a registered device, a topic that matches, its own node id)."""
        return arrival.node == self.scope.node

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        """Decode an accepted arrival into Emit (time trust is the engine's job: give the payload's time, else the
        arrival's) or Trouble. Never raises on any payload."""
        raise NotImplementedError(f"{self.id} reads no arrivals")
