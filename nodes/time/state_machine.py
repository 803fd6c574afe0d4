"""state_machine: keeps one current state per key and tells when it changes.

The first event of a key puts it into `initial` and is then handled like any other. On an event the transitions are
looked at in document order; the first whose `from` fits the current state and whose `when` is true is taken, at most
one per event, and goes out by `changed` with `state`, `previous` and `lasted` (s in the previous state). Every other
event goes out by `same` with `state`. `from` "*" fits every state but the one that the transition leads to; a
transition written from a state to itself is taken and begins the state anew. An expression that fails counts as not
true and is a problem on the trace.

A transition with `after` is taken when its state has lasted so long, with the data of the key's last event: the one
that is due first, ties in document order. An event at exactly that time comes first. A changed `after` moves the end to
the beginning of the state + new length. Events older than the key's newest are late and not used.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.cel import ExpressionFailure, check_expression, compile_expression
from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import unknown
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, Expression, Identity, Mark, NodeParams, Per, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

ANY = "*"
LEAVE = "leave"
_NAME = "[A-Za-z0-9_ぁ-ゖァ-ヺー々〆㐀-䶿一-鿿]{1,40}"
StateName = Annotated[str, Field(pattern=f"^{_NAME}$")]


class Transition(BaseModel):
    """From a state (or any, "*") to another: `when` an event meets an expression, or `after` a while in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)
    source: Annotated[str, Field(pattern=rf"^(\*|{_NAME})$", alias="from"), Mark(among="states", any="*")]
    to: Annotated[StateName, Mark(among="states")]
    when: Annotated[Expression, Field(min_length=1)] | None = None
    after: Annotated[Duration, Field(gt=0), Settable] | None = None

    @model_validator(mode="after")
    def one_is_given(self) -> Self:
        given = [name for name in ("when", "after") if getattr(self, name) is not None]
        if len(given) != 1:
            raise refused("choose_one", names=["when", "after"], given=given)
        return self

    def leaves(self, state: str) -> bool:
        """Whether `from` fits `state`."""
        return self.source == state or (self.source == ANY and self.to != state)


class StateMachineParams(NodeParams):
    states: Annotated[list[StateName], Field(min_length=2, max_length=50), Identity, Mark(standings=True)]
    initial: Annotated[StateName, Identity, Mark(among="states")]
    transitions: Annotated[list[Transition], Field(min_length=1, max_length=200)]
    per: Per = "device"


class StateMachineMemory(Memory):
    """The current state, None before the first event, and when it began (ms)."""

    said: ClassVar[Said] = {
        "en": {"state": "State", "since": "Since"},
        "ja": {"state": "状態", "since": "開始"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since",)
    state: str | None = None
    since: int = 0


WORDS = {
    "ja": KindWords(
        label="状態遷移",
        summary="今の状態を 1 つ覚え、決めた条件や時間で切り替わったときに知らせます。",
        description=(
            "最初のイベントで「初期状態」に入り、そのイベントも以降と同じように扱います。イベントが届くたびに「遷移」を上から順に調べ、「遷移元」"
            "が今の状態で「条件」が成り立つ最初のもの 1 つだけを実行し、state(新しい状態)、previous(前の状態)、lasted(前の状態が続いた秒数)"
            "を付けて「変化」から送ります。ほかのイベントは state を付けて「変化なし」から送ります。遷移元 * は、遷移先以外のすべての状態を表します。"
            "同じ状態への遷移を書くと、その状態を始めからやり直します。条件を計算できないときは問題として記録し、成り立たないものとして次を調べます。"
            "「経過時間」の遷移は、状態がその時間続いたときに最新のデータで実行します。複数あれば早いもの、同時なら上にあるものを選び、ちょうど同じ時"
            "刻に届いたイベントはそれより先に扱います。経過時間を変更すると、今の状態の開始から数え直します。より新しいイベントの後に届いた古いイベン"
            "トは、遅延として記録し、使いません。state などの項目がすでにあれば置き換えます。"
        ),
        labels={
            "states": "状態", "initial": "初期状態", "transitions": "遷移", "from": "遷移元", "to": "遷移先", "when": "条件",
            "after": "経過時間", "per": PER_LABEL["ja"],
        },
        params={
            "states": "状態の名前。2~50 個。英数字、_、かな、漢字で 40 文字まで。変更すると記憶は始めからになります。",
            "initial": "最初のイベントで入る状態。",
            "transitions": "遷移元(* はどの状態からでも)、遷移先と、条件(イベントの項目を使う式)または経過時間のどちらか。200 個まで。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="State machine",
        summary="Keeps one current state, and tells when it changes by an event or after a while.",
        description=(
            "The first event puts it into the initial state and is then handled like any other. For each event the "
            "transitions are looked at from the top; the first whose “from” is the current state and whose condition "
            "is true is taken, one at most, and goes out by “changed” with state, previous and lasted (seconds in the "
            "previous state). Every other event goes out by “same” with state. From * means every state but the one it "
            "leads to; a transition from a state to itself begins that state anew. A condition that cannot be computed "
            "counts as not true and is shown as a problem. A transition after a time is taken when the state has "
            "lasted so long, with the newest data: the one due first, of several at once the upper one. An event at "
            "exactly that time comes first. A changed time counts from the beginning of the state. An event that is "
            "older than the newest one is late and not used. Fields that already have these names are replaced."
        ),
        labels={
            "states": "States", "initial": "Initial state", "transitions": "Transitions", "from": "From", "to": "To",
            "when": "When", "after": "After", "per": PER_LABEL["en"],
        },
        params={
            "states": "Names of the states, 2 to 50; letters, digits and _, up to 40 of them. A change starts afresh.",
            "initial": "The state into which the first event puts it.",
            "transitions": "From (* is any state), to, and either an expression over the event's fields or a time. "
            "Up to 200.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _kiln(at: str, value: float) -> dict[str, Any]:
    return {"device": "kiln-1", "at": at, "data": {"temperature": value}}


EXAMPLES = (
    Example(
        title={"ja": "炉が昇温、保温、冷却のどれにあるかを追い、変わったら知らせる",
               "en": "Follows whether a kiln heats, soaks or cools, and tells when that changes"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の工程",
            "settings": {"soak": {"value": "10m", "label": "保温の上限", "assumed": True}},
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "phase", "kind": "state_machine", "from": ["kiln"],
                 "params": {"states": ["待機", "昇温", "保温", "超過"], "initial": "待機",
                            "transitions": [
                                {"from": "待機", "to": "昇温", "when": "temperature > 40.0"},
                                {"from": "昇温", "to": "保温", "when": "temperature >= 80.0"},
                                {"from": "保温", "to": "超過", "after": "$soak"},
                                {"from": "*", "to": "待機", "when": "temperature < 35.0"}]}},
                {"id": "tell", "kind": "notify", "from": ["phase.changed"],
                 "params": {"to": "shift-channel", "text": "{device}:{previous}→{state}({lasted} 秒後)"}},
                {"id": "keep", "kind": "store", "from": ["phase.same"], "params": {"fields": ["state", "temperature"]}},
            ],
            "tests": [
                {"name": "10 分を過ぎた保温は超過になり、冷めたら待機に戻る",
                 "given": [_kiln("0s", 25), _kiln("2m", 45), _kiln("4m", 70), _kiln("6m", 82), _kiln("11m", 81),
                           _kiln("18m", 83), _kiln("25m", 30), _kiln("27m", 28)],
                 "expect": [{"node": "keep", "at": "0s", "data": {"state": "待機"}},
                            {"node": "tell", "at": "2m", "data": {"text": "1号炉:待機→昇温(120 秒後)"}},
                            {"node": "keep", "at": "4m", "data": {"state": "昇温"}},
                            {"node": "tell", "at": "6m", "data": {"text": "1号炉:昇温→保温(240 秒後)"}},
                            {"node": "keep", "at": "11m", "data": {"state": "保温"}},
                            {"node": "tell", "at": "16m", "data": {"text": "1号炉:保温→超過(600 秒後)"}},
                            {"node": "keep", "at": "18m", "data": {"state": "超過"}},
                            {"node": "tell", "at": "25m", "data": {"text": "1号炉:超過→待機(540 秒後)"}},
                            {"node": "keep", "at": "27m", "data": {"state": "待機"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "5 分間動きがなければ空室とみなす。動きがあるたびに数え直す",
               "en": "A room is empty after five minutes without people; whoever is seen starts them anew"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Empty rooms",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "use", "kind": "state_machine", "from": ["room"],
                 "params": {"states": ["empty", "used"], "initial": "empty",
                            "transitions": [{"from": "*", "to": "used", "when": "people > 0"},
                                            {"from": "used", "to": "used", "when": "people > 0"},
                                            {"from": "used", "to": "empty", "after": "5m"}]}},
                {"id": "left", "kind": "condition", "from": ["use.changed"], "params": {"expr": "state == 'empty'"}},
                {"id": "tell", "kind": "notify", "from": ["left.true"],
                 "params": {"to": "shift-channel", "text": "{device} is {state}"}},
            ],
            "tests": [
                {"name": "five minutes after the last person was seen, and an event at that very time counts",
                 "given": [{"device": "room-1", "at": at, "data": {"people": people}}
                           for at, people in (("0s", 2), ("3m", 1), ("8m", 3), ("9m", 0), ("20m", 0))],
                 "expect": [{"node": "tell", "at": "13m", "data": {"text": "Room 1 is empty"}}]},
            ],
        },
    ),
)  # fmt: skip


class StateMachine(Kind):
    id = "state_machine"
    group = "time"
    icon = "workflow"
    outputs = (Port("changed", {"ja": "変化", "en": "changed"}), Port("same", {"ja": "変化なし", "en": "same"}))
    Params = StateMachineParams
    Memory = StateMachineMemory
    words = WORDS
    phrases = (
        *phrases("en", "name", "state machine | finite state machine | state transition | track the state | "
                 "operating state | machine state", port="changed", params={"per": "<per>"}),
        *phrases("ja", "name", "状態遷移 | ステートマシン | 状態マシン | 状態を管理 | 稼働状態を管理 | 工程の状態を",
                 port="changed", params={"per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: StateMachineParams, scope: Scope) -> None:
        super().__init__(params, scope)
        programs = [(one, compile_expression(one.when, scope, wanted="bool")) for one in params.transitions if one.when]
        self.by_event = {s: [(one, test) for one, test in programs if one.leaves(s)] for s in params.states}
        timed = [one for one in params.transitions if one.after is not None]
        self.by_time = {
            s: min((one for one in timed if one.leaves(s)), key=attrgetter("after"), default=None)
            for s in params.states
        }
        """The transition that ends a state by time: `min` keeps the first of those that are due at once."""

    @classmethod
    def check(cls, params: StateMachineParams, scope: Scope) -> Iterator[Problem]:
        for index, name in enumerate(params.states):
            if name in params.states[:index]:
                yield Problem("not_unique", f"/params/states/{index}")
        yield from _check_name(params.initial, "/params/initial", params.states)
        for index, one in enumerate(params.transitions):
            path = f"/params/transitions/{index}"
            if one.source != ANY:
                yield from _check_name(one.source, f"{path}/from", params.states)
            yield from _check_name(one.to, f"{path}/to", params.states)
            if one.when is not None:
                yield from check_expression(one.when, scope, f"{path}/when", wanted="bool")
        yield from _check_reached(params)

    @classmethod
    def shapes(cls, params: StateMachineParams, scope: Scope) -> dict[str, Shape]:
        name = FieldShape("string")
        same = scope.shape.plus(state=name)
        return {"changed": same.plus(previous=name, lasted=FieldShape("number", "s")), "same": same}

    def on_event(self, event: Event, port: str, memory: StateMachineMemory) -> Iterator[Yield]:
        state = memory.state
        if state is None or state not in self.by_event:
            yield from self._enter(self.params.initial, event.time, memory)
            state = self.params.initial
        for one, test in self.by_event[state]:
            try:
                met = test(event)
            except ExpressionFailure as failure:
                yield Trouble(failure.code, failure.details)
                continue
            if met:
                yield from self._change(one.to, event, memory)
                return
        yield Emit("same", event.with_data({**event.data, "state": state}))

    def on_timer(self, name: str, event: Event, memory: StateMachineMemory) -> Iterator[Yield]:
        one = self.by_time.get(memory.state or "")
        if one is not None:
            yield from self._change(one.to, event, memory)

    def standing(self, memory: StateMachineMemory) -> str | None:
        return memory.state

    def on_settings(self, before: StateMachineParams, memory: StateMachineMemory, now: int) -> Iterator[Yield]:
        if memory.state is not None and before.transitions != self.params.transitions:
            yield self._end_of(memory)

    def _change(self, state: str, event: Event, memory: StateMachineMemory) -> Iterator[Yield]:
        previous, lasted = memory.state, (event.time - memory.since) / 1000
        yield from self._enter(state, event.time, memory)
        yield Emit(
            "changed", event.with_data({**event.data, "state": state, "previous": previous, "lasted": lasted})
        )  # fmt: skip

    def _enter(self, state: str, time: int, memory: StateMachineMemory) -> Iterator[Yield]:
        memory.state, memory.since = state, time
        yield self._end_of(memory)

    def _end_of(self, memory: StateMachineMemory) -> Timer | Cancel:
        one = self.by_time.get(memory.state or "")
        return Cancel(LEAVE) if one is None or one.after is None else Timer(LEAVE, memory.since + one.after)


def _check_name(name: str, path: str, states: list[str]) -> Iterator[Problem]:
    if name not in states:
        yield unknown("not_allowed_value", path, name, list(dict.fromkeys(states)), word="value")


def _check_reached(params: StateMachineParams) -> Iterator[Problem]:
    """States into which no way leads from the initial one."""
    reached = {params.initial}
    while True:
        more = {one.to for one in params.transitions if any(one.leaves(state) for state in reached)} - reached
        if not more:
            break
        reached |= more
    for index, name in enumerate(params.states):
        if name not in reached:
            yield Problem("unreached_state", f"/params/states/{index}", "warning", args={"name": name})
