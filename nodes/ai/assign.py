"""assign: says which device takes which job: as many jobs as possible, urgent ones rather than others, then as cheaply as possible.

Events on `who` tell what a candidate is and where; events on `in` are jobs; one on `done` frees its device of the job that it
names, or of all. What is least: the distance (`where`), a number of the candidate (`cost`), or the cell of a table (`table`: a row
by the job's `row`, a column by the device's id). A candidate counts that was heard within `max_age`, has the job's skills,
is `available`, holds fewer than `each` jobs and has room for the job's demand. A job that it was given counts against
it for `hold`, or until it is done; after that only what the candidate says of itself does. Jobs that come within `collect` of
the first are looked at together; while a question is asked, further ones wait for the next. At most 100 are asked at once and 100
wait: one more is unassigned with reason too_many. What leaves by `assigned` is an event of the candidate: the job's data with
`assigned`, `cost` and, where it came from a device, `from`. What is said is checked: nobody gets more than asked for.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from nodes.kit.asking import FAILED, fail, failed_shape
from nodes.kit.candidates import MOST_JOBS, Candidate, Given, Job, Seat, offers_for, seat_of, wrong_assignment
from nodes.kit.effect import Answer, Ask, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.jobs import candidate_in, check_named, event_of, job_in, name_in, unassigned
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.latest import Latest, check_wired, keeps_apart, latest
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable, TableId
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.spot import Where, apart
from nodes.kit.things import cell_key
from nodes.kit.wording import PER, PER_LABEL

ASK = "ask"

WORDS = {
    "en": KindWords(
        label="Assign jobs",
        summary="Says which device takes which job, such as the truck for an order, so that all together it costs least.",
        description=(
            "Events on “jobs” are jobs, those on “candidates” say where a device is and what it can take, one on “done” frees its "
            "device. As many jobs as possible are assigned, urgent ones rather than others, then with the least distance or cost "
            "in all. “assigned” sends an event of the chosen device with the job's data, “assigned” (its id), “cost”, and “from” "
            "(the device that the job came from). “unassigned” sends a job that nobody can take, with a “reason”: no_candidates, "
            "no_skill, none_available, no_room, no_cost, too_far, too_late, taken (others got all who could), too_many (100 "
            "wait already). A job that was given counts against its device for the time that you say; then only what the "
            "device says of itself does. Without capacities the answer is the best there is, with them the best that is found in a "
            "bounded search, never worse than giving each job to the cheapest device."
        ),
        labels={
            "job": "Job", "where": "Position of a candidate", "job_where": "Position of a job", "cost": "Cost", "table": "Cost table",
            "row": "Row of the table", "most": "At most", "available": "Available", "each": "Jobs for each", "capacity": "Room",
            "demand": "Takes up", "skills": "Skills", "needs": "Needed skills", "due": "Due", "collect": "Collect for",
            "hold": "Counts for", "max_age": "Longest age", "timeout": "Time limit", "per": PER_LABEL["en"],
        },
        params={
            "job": "The field that tells jobs apart, such as the number of an order.",
            "where": "The least distance: a location field, or two fields with x and y.",
            "job_where": "The same of a job. Left out: the same fields.",
            "cost": "The least of this number of the candidates, such as a queue or a price.",
            "table": "The least cell of a registered table: a row for each kind of job, a column for each device id. An empty cell: it cannot.",
            "row": "The job's field whose value is looked for in the table's key column.",
            "most": "Who would cost more than this (m, or the cost's unit) is not chosen.",
            "available": "Only devices in which this field is true.",
            "each": "How many jobs a device may have at a time. Default 1; with “room” as many as fit.",
            "capacity": "The device's field that says how much it can still take.",
            "demand": "The job's field that says how much it takes up. Left out: 1.",
            "skills": "The device's field with its skills, a text or a list.",
            "needs": "The job's field with the skills that it needs; all of them.",
            "due": "The job's field with the time it is due (RFC 3339, or ms). The earliest first; past ones are not assigned.",
            "collect": "Jobs that come within this time of the first are assigned together. Left out: each at once.",
            "hold": "How long a job counts against its device unless it is done before. Default 5 minutes.",
            "max_age": "Devices that were not heard for so long are left out. Default 10 minutes.",
            "timeout": "How long to wait for the answer. Default 20 seconds.",
            "per": PER["en"],
        },
    ),
    "ja": KindWords(
        label="仕事を割り当てる",
        summary="どのデバイスがどの仕事を受け持つか(どのトラックが注文を運ぶかなど)を、全体の費用が最小になるように決めます。",
        description=(
            "「仕事」に届くイベントが仕事、「候補」に届くイベントがデバイスの位置や空き、「完了」に届くイベントはそのデバイスの仕事の"
            "終わりです。できるだけ多くの仕事を、急ぐものから、距離や費用の合計が最小になるように割り当てます。「割り当て」には選ばれた"
            "デバイスのイベントとして、仕事のデータに assigned(デバイスの ID)、cost(費用)、from(仕事を送ったデバイス)を付けて送り"
            "ます。引き受け手のない仕事は「割り当てなし」に reason を付けて送ります:no_candidates(候補がない)、no_skill(技能が"
            "足りない)、none_available(空いていない)、no_room(容量が足りない)、no_cost(費用がわからない)、too_far(上限を超え"
            "る)、too_late(期限を過ぎている)、taken(ほかの仕事が先に取った)、too_many(すでに 100 件待っている)。割り当てた仕事は"
            "指定した時間だけそのデバイスの受け持ちと数え、その後はデバイス自身の報告だけを見ます。容量の指定がなければ最適な答えです。"
            "容量があるときは決まった量の探索で見つかった最良の答えで、最も安いデバイスに順に渡すより悪くなることはありません。"
        ),
        labels={
            "job": "仕事", "where": "候補の位置", "job_where": "仕事の位置", "cost": "費用", "table": "費用の表", "row": "表の行",
            "most": "上限", "available": "空き", "each": "1 台の件数", "capacity": "空き容量", "demand": "必要な容量",
            "skills": "技能", "needs": "必要な技能", "due": "期限", "collect": "ためる時間", "hold": "受け持ちと数える時間",
            "max_age": "有効期間", "timeout": "制限時間", "per": PER_LABEL["ja"],
        },
        params={
            "job": "仕事を見分ける項目(注文番号など)。",
            "where": "距離を最小にします。位置の項目 1 つ、または x と y の項目 2 つ。",
            "job_where": "仕事の位置の項目。省略すると同じ名前の項目を使います。",
            "cost": "候補のこの数値(待ち件数や単価など)を最小にします。",
            "table": "登録済みの表のセルを最小にします。行は仕事の種類、列はデバイスの ID。空のセルは「できない」を表します。",
            "row": "表のキー列から探す、仕事の項目。",
            "most": "費用(距離なら m)がこれを超えるデバイスは選びません。",
            "available": "この項目が true のデバイスだけを選びます。",
            "each": "1 台が同時に持てる仕事の数。既定は 1。「空き容量」があれば入るだけ。",
            "capacity": "デバイスにあとどれだけ入るかを示す項目。",
            "demand": "仕事がどれだけ場所を取るかを示す項目。省略すると 1。",
            "skills": "デバイスの技能の項目(文字列またはその配列)。",
            "needs": "仕事に必要な技能の項目。すべて揃うデバイスだけを選びます。",
            "due": "仕事の期限の項目(RFC 3339、またはミリ秒)。早いものを優先し、過ぎたものは割り当てません。",
            "collect": "最初の仕事からこの時間に届いた仕事をまとめて割り当てます。省略すると届くたびに割り当てます。",
            "hold": "完了が届かない限り、割り当てた仕事をこの時間だけ受け持ちと数えます。既定は 5 分。",
            "max_age": "この時間より長く便りのないデバイスは選びません。既定は 10 分。",
            "timeout": "答えを待つ時間。既定は 20 秒。",
            "per": PER["ja"],
        },
    ),
}  # fmt: skip
REGISTRY = {
    "types": [
        {"id": "robot", "label": {"ja": "搬送ロボット", "en": "carrier robot"}, "topic": "hall/{device}/state",
         "fields": [{"name": "x", "unit": "m"}, {"name": "y", "unit": "m"}, {"name": "free", "type": "boolean"}],
         "commands": [{"id": "fetch", "label": {"ja": "取りに行く", "en": "fetch"}, "topic": "hall/{device}/fetch",
                       "values": {"type": "object", "properties": {"from": {"type": "string"}}, "required": ["from"]}}]},
        {"id": "station", "label": {"ja": "ステーション", "en": "station"}, "topic": "hall/{device}/order",
         "fields": [{"name": "order", "type": "string"}, {"name": "x", "unit": "m"}, {"name": "y", "unit": "m"}]},
    ],
    "devices": [{"id": id, "type": "robot" if id[0] == "r" else "station"} for id in ("r1", "r2", "s1")],
    "destinations": [{"id": "shift-channel", "service": "inbox", "label": {"ja": "現場チャンネル", "en": "shift channel"}}],
}  # fmt: skip


def _at(device: str, type: str, at: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    return {"device": device, "type": type, "at": at, "data": {"x": x, "y": y, **more}}


EXAMPLES = (
    Example(
        title={"en": "The free robot that is nearest fetches an order", "ja": "空いている最寄りの搬送ロボットが注文を取りに行く"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Which robot fetches it",
            "nodes": [
                {"id": "robot", "kind": "devices", "params": {"type": "robot"}},
                {"id": "station", "kind": "devices", "params": {"type": "station"}},
                {"id": "choose", "kind": "assign", "from": {"in": ["station"], "who": ["robot"]},
                 "params": {"job": "order", "where": ["x", "y"], "available": "free"}},
                {"id": "go", "kind": "command", "from": ["choose.assigned"],
                 "params": {"device": "same", "command": "fetch", "values": {"from": "s1"}}},
                {"id": "tell", "kind": "notify", "from": ["choose.unassigned", "choose.failed"],
                 "params": {"to": "shift-channel", "text": "{order}: {reason}"}},
            ],
            "tests": [
                {"name": "the answer's robot is told; while none is free the order is told of",
                 "given": [_at("r1", "robot", "0s", 0, 0, free=True), _at("r2", "robot", "0s", 9, 0, free=True),
                           _at("s1", "station", "10s", 8, 1, order="A-1"),
                           _at("r1", "robot", "20s", 0, 0, free=False), _at("s1", "station", "30s", 0, 1, order="A-2")],
                 "answers": [{"node": "choose", "answer": {"assigned": {"A-1": "r2"}}}],
                 "expect": [{"node": "go", "device": "r2", "at": "10s", "data": {"values": {"from": "s1"}}},
                            {"node": "tell", "at": "30s", "data": {"text": "A-2: no_room"}}]},
            ],
        },
    ),
    Example(
        title={"en": "Which truck takes an order, by its load and within 50 km", "ja": "積載量と 50km 以内の距離から、注文を運ぶトラックを決める"},
        document={
            "suiro": 1, "name": "注文の割り当て",
            "nodes": [
                {"id": "truck", "kind": "devices", "params": {"type": "truck"}},
                {"id": "orders", "kind": "devices", "params": {"type": "order_desk"}},
                {"id": "choose", "kind": "assign", "from": {"in": ["orders"], "who": ["truck"]},
                 "params": {"job": "order", "where": ["position"], "capacity": "room", "demand": "pallets", "most": 50_000,
                            "collect": "1m", "due": "by", "hold": "30m"}},
                {"id": "tell", "kind": "notify", "from": ["choose.assigned"],
                 "params": {"to": "drivers", "text": "{device}:{order}({cost|round:0} m)"}},
                {"id": "person", "kind": "notify", "from": ["choose.unassigned", "choose.failed"],
                 "params": {"to": "drivers", "text": "{order} を運べるトラックがありません({reason})"}},
            ],
            "tests": [
                {"name": "1 分間の注文をまとめて割り当て、容量を超える答えは受け付けない",
                 "given": [{"device": "t1", "type": "truck", "at": "0s", "data": {"position": {"lat": 35.0, "lon": 139.0}, "room": 5}},
                           {"device": "desk", "type": "order_desk", "at": "1m",
                            "data": {"order": "A", "pallets": 3, "position": {"lat": 35.1, "lon": 139.0}}},
                           {"device": "desk", "type": "order_desk", "at": "90s",
                            "data": {"order": "B", "pallets": 3, "position": {"lat": 35.0, "lon": 139.1}}},
                           {"device": "desk", "type": "order_desk", "at": "5m",
                            "data": {"order": "C", "pallets": 1, "position": {"lat": 36.0, "lon": 139.0}}}],
                 "answers": [{"node": "choose", "answer": {"assigned": {"A": "t1"}}}], "until": "10m",
                 "expect": [{"node": "tell", "device": "t1", "at": "2m", "data": {"text": "t1:A(11120 m)"}},
                            {"node": "person", "at": "2m", "data": {"text": "B を運べるトラックがありません(taken)"}},
                            {"node": "person", "at": "6m", "data": {"text": "C を運べるトラックがありません(too_far)"}}]},
            ],
        },
    ),
)  # fmt: skip


class AssignParams(NodeParams):
    exactly_one = ("where", "cost", "table")
    job: FieldName
    where: Annotated[Where, Identity] | None = None
    job_where: Annotated[Where, Mark(only_with="where")] | None = None
    cost: Annotated[FieldName, Identity] | None = None
    table: TableId | None = None
    row: Annotated[FieldName, Mark(only_with="table")] | None = None
    most: Annotated[float, Field(ge=0), Settable] | None = None
    available: FieldName | None = None
    each: Annotated[int, Field(ge=1, le=MOST_JOBS), Settable] | None = None
    capacity: FieldName | None = None
    demand: FieldName | None = None
    skills: FieldName | None = None
    needs: FieldName | None = None
    due: FieldName | None = None
    collect: Annotated[Duration, Field(gt=0), Settable] | None = None
    hold: Annotated[Duration, Field(gt=0), Settable] = 300_000
    max_age: Annotated[Duration, Field(gt=0), Settable] = 600_000
    timeout: Annotated[Duration, Settable] = 20_000
    per: Per = "all"


class AssignMemory(Memory):
    """`heard`: what each candidate last said. `given`: by device, the jobs that count against it. `waiting`: jobs for the next
    question; `asked`: those of the one that is asked, with their `offers` by job and the `seats` of the candidates."""

    said: ClassVar[Said] = {"en": {"given": "Jobs given", "waiting": "Jobs that wait"},
                            "ja": {"given": "割り当て済みの仕事", "waiting": "待っている仕事"}}  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("heard", "given")
    heard: Latest = latest()
    given: dict[str, list[Given]] = {}
    waiting: list[Job] = []
    asked: list[Job] = []
    offers: dict[str, dict[str, float]] = {}
    seats: dict[str, Seat] = {}


class Assign(Kind):
    id = "assign"
    group = "ai"
    icon = "users"
    inputs = (Port("in", {"ja": "仕事", "en": "jobs"}), Port("who", {"ja": "候補", "en": "candidates"}),
              Port("done", {"ja": "完了", "en": "done"}))  # fmt: skip
    outputs = (Port("assigned", {"ja": "割り当て", "en": "assigned"}), Port("unassigned", {"ja": "割り当てなし", "en": "unassigned"}),
               FAILED)  # fmt: skip
    Params = AssignParams
    Memory = AssignMemory
    takes_late = True
    chooses_device = ("assigned",)
    words = WORDS
    phrases = (
        *phrases(
            "en",
            "name",
            "assign | which truck takes | which robot takes | which vehicle takes | who takes the | dispatch",
        ),
        *phrases("ja", "name", "割り当て | どのトラック | どのロボット | どの車両 | 配車"),
    )
    examples = EXAMPLES

    def __init__(self, params: AssignParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.each = params.each or (MOST_JOBS if params.capacity else 1)
        table = scope.registry.tables.get(params.table or "") if scope.registry else None
        names = [column.name for column in table.columns] if table else []
        key = names.index(table.key) if table and table.key in names else 0
        self.rows = {cell_key(row[key]): dict(zip(names, row, strict=False)) for row in table.rows} if table else {}

    @classmethod
    def check(cls, params: AssignParams, scope: Scope) -> Iterator[Problem]:
        yield from check_wired(("in", "who"), scope)
        if params.per == "device":
            yield keeps_apart()
        jobs, who = scope.shapes.get("in", scope.shape), scope.shapes.get("who", Shape())
        if who.device == "never":
            yield Problem("no_key", "/from", args={"per": "device"})
        yield from check_named(params, jobs, who)

    @classmethod
    def shapes(cls, params: AssignParams, scope: Scope) -> dict[str, Shape]:
        jobs, who = scope.shapes.get("in", scope.shape), scope.shapes.get("who", Shape())
        told = jobs.plus(**{"assigned": (text := FieldShape("string")), "from": text, "cost": FieldShape("number")})
        given = msgspec.structs.replace(told, device="always", types=who.types, devices=who.devices)
        return {"assigned": given, "unassigned": failed_shape(jobs), "failed": failed_shape(jobs)}

    def on_event(self, event: Event, port: str, memory: AssignMemory) -> Iterator[Yield]:
        if port == "who":
            yield from self._hear(event, memory)
        elif port == "done":
            self._free(event, memory)
        else:
            yield from self._take(event, memory)

    def on_timer(self, name: str, event: Event, memory: AssignMemory) -> Iterator[Yield]:
        if not memory.asked:
            yield from self._ask(event, memory)

    def on_answer(self, answer: Answer, event: Event, memory: AssignMemory) -> Iterator[Yield]:
        jobs, offers, seats = {job.id: job for job in memory.asked}, memory.offers, memory.seats
        memory.asked, memory.offers, memory.seats = [], {}, {}
        said = answer.value.get("assigned") if isinstance(answer.value, dict) else None
        if answer.error is None and (wrong := wrong_assignment(said, jobs, offers, seats)):
            answer = Answer(error="bad_answer", detail=wrong)
        given = said if isinstance(said, dict) else {}
        for job in jobs.values():
            if answer.error is not None:
                yield from fail(event_of(job, event), answer)
            elif (device := given.get(job.id)) is not None:
                yield self._given(job, device, offers[job.id][device], event, memory)
            else:
                yield unassigned(job, "taken", event)
        if memory.waiting:
            yield from self._ask(event, memory)

    def _hear(self, event: Event, memory: AssignMemory) -> Iterator[Yield]:
        if event.device is None:
            yield Trouble("missing_field", {"field": "device"})
            return
        if memory.heard.late(event.device, event.time, self.params.max_age):
            yield Trouble("late")
            return
        found = candidate_in(event, self.params)
        if isinstance(found, Trouble):
            yield found
            return
        for device, _ in memory.heard.put(event.device, event.time, msgspec.to_builtins(found)):
            if device != event.device:
                memory.given.pop(device, None)

    def _free(self, event: Event, memory: AssignMemory) -> None:
        job, device = name_in(event, self.params), event.device or ""
        left = [one for one in memory.given.pop(device, []) if job is not None and one.job != job]
        if left:
            memory.given[device] = left

    def _take(self, event: Event, memory: AssignMemory) -> Iterator[Yield]:
        job = job_in(event, self.params)
        if isinstance(job, Trouble):
            yield job
            return
        if any(job.id == one.id for one in (*memory.waiting, *memory.asked)):
            yield Trouble("not_unique", {})
            return
        if len(memory.waiting) >= MOST_JOBS:
            yield unassigned(job, "too_many", event)
            return
        memory.waiting.append(job)
        if memory.asked:
            return
        if self.params.collect is None:
            yield from self._ask(event, memory)
        elif len(memory.waiting) == 1:
            yield Timer(ASK, event.time + self.params.collect)

    def _ask(self, event: Event, memory: AssignMemory) -> Iterator[Yield]:
        """Those that somebody can take, in the order of their urgency."""
        waiting, memory.waiting = memory.waiting, []
        now = max(event.time, memory.heard.newest)
        candidates = self._candidates(now, memory)
        memory.seats = {id: seat_of(one, memory.given.get(id, ()), self.each) for id, one in candidates.items()}
        for job in sorted(waiting, key=lambda one: (one.rank, one.id)):
            late = job.due is not None and job.due < now
            offers = offers_for(job, candidates, memory.seats, self._cost, self.params.most, max(len(waiting), 10))
            if late or isinstance(offers, str):
                yield unassigned(job, "too_late" if late else str(offers), event)
            else:
                memory.asked.append(job)
                memory.offers[job.id] = offers
        named = {id for offers in memory.offers.values() for id in offers}
        memory.seats = {id: seat for id, seat in memory.seats.items() if id in named}
        if memory.asked:
            jobs = [{"job": job.id, "demand": job.demand, "offers": memory.offers[job.id]} for job in memory.asked]
            seats = {id: {"jobs": seat.jobs, "room": seat.room} for id, seat in memory.seats.items()}
            yield Ask({"task": "assign", "jobs": jobs, "seats": seats}, self.params.timeout)

    def _candidates(self, now: int, memory: AssignMemory) -> dict[str, Candidate]:
        """Those of whom there is news; jobs that no longer count against them are forgotten."""
        heard = memory.heard.heard
        memory.given = {
            id: left for id, held in memory.given.items() if (left := [one for one in held if one.until > now])
        }
        return {
            id: msgspec.convert(value, Candidate)
            for id, (time, value) in heard.items()
            if time >= now - self.params.max_age
        }

    def _cost(self, job: Job, id: str, candidate: Candidate) -> float | None:
        if candidate.place is not None and job.place is not None:
            return apart(candidate.place, job.place, len(self.params.where or ()) == 1)
        if self.params.cost is not None:
            return candidate.cost
        cell = self.rows.get(cell_key(job.row), {}).get(id) if not isinstance(job.row, list | dict) else None
        return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None

    def _given(self, job: Job, device: str, cost: float, event: Event, memory: AssignMemory) -> Emit:
        memory.given.setdefault(device, []).append(Given(job.id, job.demand, event.time + self.params.hold))
        known = memory.heard.heard.get(device)
        data = {**job.data, "assigned": device, "cost": cost, **({"from": job.device} if job.device else {})}
        type = known[1].get("type") if known else None
        return Emit("assigned", msgspec.structs.replace(event, device=device, type=type, data=data))
