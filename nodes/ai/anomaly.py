"""anomaly: fires once when a device behaves unlike itself, and once when it is as usual again.

It learns what is normal for each key by itself (nodes/kit/normal.py): the level, the spread, the course of a day and of a week, how
readings follow each other. `score` says how unusual a reading is: 3 is the most that ordinary hours reach, and `sensitivity` the
score from which it fires: low 9, normal 6, high 4.5, or `beyond`. `low` and `high` are where a single reading would reach that
score. `reason` names what is unusual: value, level, spread, rhythm or stuck. Until `warm_up` is over, and until 60 readings are
there, events go to `learning` and nothing fires. `cleared` comes at the first reading with at most half that score.

A reading that is unusual is not learned from, so a fault does not become normal; with `accept` it does once it has lasted so long:
then `cleared` is sent and learning begins anew. Missing readings are no anomaly (that is what `silent` is for). `for`, `times`, `of` and
`max_gap` ask for more than one unusual reading, as with threshold (nodes/kit/hold.py).
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.kit.calc import LARGEST
from nodes.kit.duration import format_duration, parse_duration
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.hold import CLEARED, Already, Hold, HoldTime, LongestGap, Times, check_hold
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.normal import REASONS, STRETCH, Normal, NormalMemory, SeasonName, Seen, Side
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.quick import Quiet
from nodes.kit.scope import Scope
from nodes.kit.season import DAY, HOUR, WEEK
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import HOLD, HOLD_LABELS, PER, PER_LABEL

ORDINARY = 3.0
"""The score that ordinary hours reach."""
BEYOND = {"low": 9.0, "normal": 6.0, "high": 4.5}
WARM_UP = {"auto": DAY, "none": HOUR, "day": DAY, "week": WEEK}
FEWEST = 60
"""Readings before anything is judged."""
HIGHEST = 1_000.0
"""The largest score that is told."""
ENTERED = Port("entered", {"ja": "いつもと違う", "en": "unusual"})
BACK = Port(CLEARED.name, {"ja": "いつもどおり", "en": "usual again"})
LEARNING = Port("learning", {"ja": "学習中", "en": "learning"})
WORDS = {
    "ja": KindWords(
        label="異常検知",
        summary="デバイスごとの「いつも」を自分で学び、いつもと違うふるまいになったときに一度だけ、戻ったときにもう一度だけ知らせます。",
        description=(
            "値の水準、ばらつき、1 日や 1 週間の周期、値の変わり方を、まとめる単位ごとに学びます。score はどれだけ普段と違うかで、普段の"
            "1 時間に出る最大が 3 です。score が感度で決まる値(低 9、標準 6、高 4.5)に達すると「いつもと違う」から一度だけ送り、その半分以下に"
            "なった最初の値で「いつもどおり」へ送ります。判定した値はすべて score、expected(予想値)、low と high(1 つの値がその score に達する"
            "下限と上限)、reason を加えて「出力」へ送ります。reason は value(値)、level(水準のずれ)、spread(ばらつきの増加)、rhythm"
            "(変わり方の変化)、stuck(同じ値のまま)のどれかです。学習期間が終わり 60 件たまるまでは「学習中」へ送り、判定しません。いつもと違う"
            "間の値は学ばないので、故障が普段になることはありません。届かないことは異常とみなしません。1 つのまとまりで覚えるのは 2〜3 kB です。"
        ),
        labels={
            "field": "項目", "sensitivity": "感度", "sensitivity.low": "低い", "sensitivity.normal": "標準", "sensitivity.high": "高い",
            "beyond": "score の限度", "side": "向き", "side.both": "両方", "side.above": "高い側だけ", "side.below": "低い側だけ",
            "least": "無視する差", "season": "周期", "season.auto": "自動", "season.none": "なし", "season.day": "1 日", "season.week": "1 週間",
            "over": "さかのぼる期間", "warm_up": "学習期間", "accept": "普段とみなすまで", "per": PER_LABEL["ja"],
            **{name: HOLD_LABELS["ja"][name] for name in ("for", "times", "of", "max_gap")},
        },
        params={
            "field": "見守る数値の項目。",
            "sensitivity": "どれだけ違えば知らせるか。low は 9、normal は 6、high は 4.5 の score です。",
            "beyond": "感度の代わりに score の限度を直接決めます。",
            "side": "above は高い側、below は低い側だけを見ます(値と水準のずれだけを調べます)。",
            "least": "予想値との差がこれ以下なら、値としては違うとみなしません(項目の単位)。",
            "season": "auto は 1 日や 1 週間の周期があるかを自分で見分けます。",
            "over": "普段を、およそこの期間の値から学びます。長いほどゆっくり変わります。",
            "warm_up": "この間は判定しません。省略すると、周期なしは 1 時間、自動と 1 日は 1 日、1 週間は 7 日です。",
            "accept": "違うままこの時間が過ぎたら、それを普段とみなして学び直します。省略すると学び直しません。",
            "per": PER["ja"],
            **{name: HOLD["ja"][name] for name in ("for", "times", "of", "max_gap")},
        },
    ),
    "en": KindWords(
        label="Anomaly",
        summary="Learns what is normal for each device by itself; fires once when it behaves unlike itself, and once when it is as usual.",
        description=(
            "Learns the level, the spread, the course of a day and of a week, and how readings follow each other. The score says how "
            "unusual a reading is: 3 is the most that ordinary hours reach. Sends on “unusual” once, when the score reaches what the "
            "sensitivity says (low 9, normal 6, high 4.5), and on “usual again” at the first reading with at most half of it. Every "
            "judged reading goes to “out” with score, expected, low and high (where a single reading would reach that score) and "
            "reason: value, level (off to one side for a while), spread (scatters more), rhythm (changes otherwise) or stuck (always "
            "the same). Until the warm-up is over and 60 readings are there, events go to “learning” and nothing is judged. What is "
            "unusual is not learned from, so a fault does not become normal. That nothing comes is no anomaly. 2 to 3 kB are "
            "remembered per key."
        ),
        labels={
            "field": "Field", "sensitivity": "Sensitivity", "sensitivity.low": "low", "sensitivity.normal": "normal",
            "sensitivity.high": "high", "beyond": "Score limit", "side": "Direction", "side.both": "both", "side.above": "above only",
            "side.below": "below only", "least": "Ignore differences up to", "season": "Season", "season.auto": "automatic",
            "season.none": "none", "season.day": "day", "season.week": "week", "over": "Learns from", "warm_up": "Warm-up",
            "accept": "Accept after", "per": PER_LABEL["en"],
            **{name: HOLD_LABELS["en"][name] for name in ("for", "times", "of", "max_gap")},
        },
        params={
            "field": "The number to watch.",
            "sensitivity": "How unusual it must be: a score of 9 for low, 6 for normal, 4.5 for high.",
            "beyond": "The score from which it fires, in place of a sensitivity.",
            "side": "above or below look at one direction only, and only at value and level.",
            "least": "A value this close to what is expected is never unusual (in the field's unit).",
            "season": "auto finds out whether there is a course of the day or of the week.",
            "over": "Normal is what was in about this long; the longer, the slower it changes.",
            "warm_up": "Nothing is judged before. Left out: an hour without a season, a day with auto and day, seven days with week.",
            "accept": "What has been unusual for so long is taken to be normal, and learning begins anew. Left out: never.",
            "per": PER["en"],
            **{name: HOLD["en"][name] for name in ("for", "times", "of", "max_gap")},
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, Any], port: str, text: str) -> list[dict[str, Any]]:
    return [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "odd", "kind": "anomaly", "from": ["pump"], "params": {"field": "vibration", **params}},
        {"id": "tell", "kind": "notify", "from": [f"odd.{port}"], "params": {"to": "shift-channel", "text": text}},
    ]


def _hums(start: str, until: str, low: float, high: float, device: str = "p1") -> list[dict[str, Any]]:
    """Readings a minute apart that go up and down."""
    common = {"device": device, "every": "2m", "until": until}
    odd = format_duration(parse_duration(start) + 60_000)
    return [{**common, "from": start, "data": {"vibration": low}}, {**common, "from": odd, "data": {"vibration": high}}]


EXAMPLES = (
    Example(
        title={"ja": "ポンプの振動がいつもと違ったら知らせる", "en": "Tells when a pump vibrates unlike itself"},
        document={
            "suiro": 1, "name": "いつもと違う振動",
            "nodes": [*_flow({"season": "none", "warm_up": "2h"}, "entered",
                             "{device}の振動がいつもと違います({vibration}、いつもは {expected|round:1} ほど)"),
                      {"id": "calm", "kind": "notify", "from": ["odd.cleared"],
                       "params": {"to": "shift-channel", "text": "{device}の振動はいつもどおりです"}}],
            "tests": [
                {"name": "2 時間学んでから、外れた値を一度だけ知らせ、戻ればもう一度知らせる",
                 "given": [*_hums("0s", "2h59m", 2, 3), {"device": "p1", "at": "3h", "data": {"vibration": 9}},
                           {"device": "p1", "at": "3h1m", "data": {"vibration": 2}}],
                 "expect": [{"node": "tell", "device": "p1", "at": "3h",
                             "data": {"text": "p1の振動がいつもと違います(9、いつもは 2.5 ほど)"}},
                            {"node": "calm", "device": "p1", "at": "3h1m"}]},
                {"name": "学んでいる間は知らせない",
                 "given": [*_hums("0s", "1h", 2, 3), {"device": "p1", "at": "1h1m", "data": {"vibration": 9}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "値が動かなくなったら(固着)", "en": "A sensor that has got stuck"},
        document={
            "suiro": 1, "name": "Stuck sensor",
            "nodes": _flow({"season": "none", "warm_up": "2h"}, "entered", "{device}: {reason}"),
            "tests": [
                {"name": "the same number again and again is unlike a sensor that always moved",
                 "given": [*_hums("0s", "2h59m", 2, 3), {"device": "p1", "from": "3h", "every": "1m", "until": "4h",
                                                         "data": {"vibration": 2.5}}],
                 "expect": [{"node": "tell", "device": "p1", "at": "3h14m", "data": {"text": "p1: stuck"}, "within": "20m"}]},
            ],
        },
    ),
)  # fmt: skip
PHRASES = (
    *phrases("en", "happen", "unusual | unusually | unlike itself | behaves strangely | acts strangely | abnormal | abnormally | "
             "anomaly | anomalous | not as usual | out of the ordinary | something is off", port="entered",
             params={"field": "<field>", "per": "<per>"}),
    *phrases("ja", "happen", "いつもと違 | いつもとちが | ふだんと違 | 普段と違 | 様子がおかし | ようすがおかし | 異常検知 | 異常な動き | 異常なふるまい | "
             "挙動がおかし | 普段と異な | いつもと異な", port="entered", params={"field": "<field>", "per": "<per>"}),
)  # fmt: skip


class AnomalyParams(NodeParams):
    field: Annotated[FieldName, Identity]
    sensitivity: Annotated[Literal["low", "normal", "high"], Settable] = "normal"
    beyond: Annotated[float, Settable, Field(gt=0, le=100)] | None = None
    side: Annotated[Side, Settable] = "both"
    least: Annotated[float, Settable, Field(ge=0), Mark(unit_of="field", difference=True)] = 0.0
    season: Annotated[SeasonName, Identity] = "auto"
    over: Annotated[Duration, Settable, Field(ge=HOUR)] = WEEK
    warm_up: Annotated[Duration, Settable] | None = None
    accept: Annotated[Duration, Settable, Field(gt=0)] | None = None
    hold: HoldTime = 0
    times: Times = 1
    of: Times | None = None
    max_gap: LongestGap | None = None
    per: Per = "device"

    @property
    def already(self) -> Already:
        return "fire"


class Anomaly(Kind):
    id = "anomaly"
    group = "ai"
    icon = "activity"
    outputs = (ENTERED, BACK, OUT, LEARNING)
    Params = AnomalyParams
    Memory = NormalMemory
    words = WORDS
    phrases = PHRASES
    examples = EXAMPLES

    def __init__(self, params: AnomalyParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.beyond = params.beyond or BEYOND[params.sensitivity]
        self.limit = self.beyond / ORDINARY
        self.warm_up = WARM_UP[params.season] if params.warm_up is None else params.warm_up
        self.hold = Hold(params)
        self.normal = Normal(
            season=params.season,
            over=params.over,
            least=params.least,
            limit=self.limit,
            side=params.side,
            zone=scope.zone,
        )

    @classmethod
    def check(cls, params: AnomalyParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)
        yield from check_hold(params)

    @classmethod
    def shapes(cls, params: AnomalyParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        value = FieldShape("number", known.unit if known else None)
        shape = shape_after(params.per, scope.shape)
        judged = shape.plus(
            score=FieldShape("number"), expected=value, low=value, high=value, reason=FieldShape("string")
        )
        return {"entered": judged, "cleared": judged, "out": judged, "learning": shape}

    def learns_for(self) -> int:
        return self.warm_up

    def on_event(self, event: Event, port: str, memory: NormalMemory) -> Iterator[Yield]:
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
        elif not -LARGEST <= value <= LARGEST:
            yield Trouble("number_too_large", {})
        elif memory.began is None:
            self.normal.begin(event.time, float(value), memory)
            yield Emit("learning", event)
        else:
            yield from self._judge(event, float(value), memory)

    def _judge(self, event: Event, value: float, memory: NormalMemory) -> Iterator[Yield]:
        seen = self.normal.look(event.time, value, memory)
        if not self._knows(event.time, memory):
            self.normal.keep_first(event.time, value, seen, memory)
            yield Emit("learning", event)
            return
        score, expected, low, high, reason = self._told(seen, memory)
        more = {"score": score, "expected": expected, "low": low, "high": high, "reason": reason}
        told = event.with_data({**event.data, **more})
        met = seen.ratio >= self.limit
        if memory.inside and self._accepted(event.time, memory):
            yield from self._anew(told, value, memory)
            return
        yield Emit("out", told)
        self.normal.keep(event.time, value, seen, memory, self._learns(event.time, met, memory))
        memory.told = more if self.params.hold and met else {}
        yield from self.hold.on_reading(told, met, seen.ratio <= self.limit / 2, memory)

    def _learns(self, time: int, met: bool, memory: NormalMemory) -> bool:
        """What has been unusual for long is not learned from; what begins is, as far as one reading may pull: so what comes
        at the same time every day becomes normal."""
        if memory.odd_since is None:
            memory.odd_since = time if met else None
        elif not met and not memory.inside:
            memory.odd_since = None
        return memory.odd_since is None or time - memory.odd_since < STRETCH

    def _accepted(self, time: int, memory: NormalMemory) -> bool:
        accept, since = self.params.accept, memory.odd_since
        return accept is not None and since is not None and time - since >= accept

    def _anew(self, told: Event, value: float, memory: NormalMemory) -> Iterator[Yield]:
        """What it is now is normal from now on."""
        fresh = NormalMemory()
        for name in fresh.__struct_fields__:
            setattr(memory, name, getattr(fresh, name))
        self.normal.begin(told.time, value, memory)
        yield Emit("cleared", told)

    def _knows(self, time: int, memory: NormalMemory) -> bool:
        return memory.count >= FEWEST and time - (memory.began or 0) >= self.warm_up and memory.stretches > 0

    def _told(self, seen: Seen, memory: NormalMemory) -> tuple[float, float, float, float, str]:
        """score, expected, low, high and reason."""
        half = self.limit * memory.usual[0] * seen.spread
        score = min(ORDINARY * seen.ratio, HIGHEST)
        return score, seen.expected, seen.expected - half, seen.expected + half, REASONS[seen.reason]

    def quick(self) -> Quiet | None:
        if self.params.max_gap is not None:
            return None
        normal, limit = self.normal, self.limit

        def take(memory: NormalMemory, time: int, value: float) -> tuple[float, float, float, float, str] | str | None:
            if memory.began is None or memory.inside or memory.odd_since is not None or memory.recent:
                return None
            if not -LARGEST <= value <= LARGEST:
                return None
            seen = normal.look(time, float(value), memory)
            if not self._knows(time, memory):
                normal.keep_first(time, float(value), seen, memory)
                return "learning"
            if seen.ratio >= limit:
                return None
            told = self._told(seen, memory)
            normal.keep(time, float(value), seen, memory, True)
            return told

        return Quiet(take, (self.params.field,), gives=("score", "expected", "low", "high", "reason"), port="out",
                     ports=("learning",))  # fmt: skip

    def on_timer(self, name: str, event: Event, memory: NormalMemory) -> Iterator[Yield]:
        return self.hold.on_timer(event.with_data({**event.data, **memory.told}), memory)

    def standing(self, memory: NormalMemory) -> str | None:
        return self.hold.standing(memory) if self._knows(memory.at, memory) else "learning"

    def on_settings(self, before: AnomalyParams, memory: NormalMemory, now: int) -> Iterator[Yield]:
        return self.hold.on_settings(memory)
