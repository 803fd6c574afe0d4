"""threshold: fires once when a field has passed a limit (for a while), and once when it has come back.

`entered`: once, when the comparison itself has held for `for` (absent: at once) on the key's clock; a first reading
already over the limit starts the hold (`already`); a hold broken at exactly its end does not fire. `cleared`: once, only
after an `entered`, at the first reading past the limit by `margin`; `margin` acts on nothing else. A missing field or a
wrong type neither starts nor breaks a hold and is a problem on the trace. `times` and `of` ask for several readings,
`max_gap` says when silence breaks a hold; these rules are those of nodes/kit/hold.py.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, cast

from pydantic import Field

from nodes.kit.effect import Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.hold import (
    CLEARED,
    ENTERED,
    Already,
    Hold,
    HoldMemory,
    HoldTime,
    LongestGap,
    Times,
    check_hold,
)  # fmt: skip
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.params import FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.quick import Quiet
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.weighed import Weighed
from nodes.kit.wording import HOLD, HOLD_LABELS, PER, PER_LABEL

COMPARISONS = ("above", "at_least", "below", "at_most", "between", "outside")
Limit = Annotated[float, Mark(unit_of="field"), Settable]
Limits = Annotated[tuple[Limit, Limit], Mark(unit_of="field")]

WORDS = {
    "ja": KindWords(
        label="しきい値",
        summary="値が限度を超えたとき(または一定時間超え続けたとき)に一度だけ、戻ったときにもう一度だけ知らせます。",
        description=(
            "比較が成り立ったまま「継続時間」が過ぎると「超えた」から一度だけ送ります。継続時間がなければ、その場で送ります。"
            "最初の値がすでに限度を超えていれば、そこから数え始めます。途中で一度でも外れると数え直しで、ちょうど継続時間の"
            "時点で外れた場合は送りません。「戻った」は、「超えた」を送った後、限度から「戻り幅」だけ離れた最初の値で一度だけ"
            "送ります。戻り幅はそれ以外に影響しません。項目がない、または数値でないイベントは無視し、問題として記録します。"
        ),
        labels={
            "field": "項目", "above": "より大きい", "at_least": "以上", "below": "より小さい", "at_most": "以下",
            "between": "範囲内", "outside": "範囲外", "margin": "戻り幅", "per": PER_LABEL["ja"], **HOLD_LABELS["ja"],
        },
        params={
            "field": "比較する数値の項目。",
            "above": "この値を超えたら(ちょうどは含まない)。",
            "at_least": "この値以上になったら。",
            "below": "この値を下回ったら(ちょうどは含まない)。",
            "at_most": "この値以下になったら。",
            "between": "[下限, 上限] の範囲に入ったら(両端を含む)。",
            "outside": "[下限, 上限] の範囲から外れたら(両端は範囲内)。",
            "margin": "戻ったとみなすのに必要な、限度からの差。値が限度の前後で揺れるときの連発を防ぎます。",
            "per": PER["ja"],
            **HOLD["ja"],
        },
    ),
    "en": KindWords(
        label="Threshold",
        summary="Fires once when a value passes a limit (or has stayed past it for a while), and once when it is back.",
        description=(
            "Sends on “entered” once, when the comparison has held for the whole hold time; without one, at once. A "
            "first reading that is already past the limit starts the hold. One reading that does not meet the "
            "comparison starts the hold anew; a hold broken at exactly its end does not fire. Sends on “cleared” once, "
            "only after an “entered”, at the first reading that is past the limit by the margin; the margin acts on "
            "nothing else. A reading that is missing or no number is ignored and shown as a problem."
        ),
        labels={
            "field": "Field", "above": "Above", "at_least": "At least", "below": "Below", "at_most": "At most",
            "between": "Between", "outside": "Outside", "margin": "Margin to clear", "per": PER_LABEL["en"],
            **HOLD_LABELS["en"],
        },
        params={
            "field": "The number to compare.",
            "above": "Fires when the value is greater than this.",
            "at_least": "Fires when the value is this or more.",
            "below": "Fires when the value is less than this.",
            "at_most": "Fires when the value is this or less.",
            "between": "Fires when the value lies in [low, high], both ends included.",
            "outside": "Fires when the value lies outside of [low, high]; the ends themselves are inside.",
            "margin": "How far back past the limit the value must come to count as cleared. Keeps a value that "
            "trembles around the limit from firing again and again.",
            "per": PER["en"],
            **HOLD["en"],
        },
    ),
}  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "5 分間 80 ℃ を超えたら知らせ、冷めたらもう一度知らせる",
               "en": "Tells after five minutes above 80 °C, and again when it has cooled"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の過熱",
            "settings": {"limit": {"value": 80, "unit": "°C", "label": "過熱の限度", "assumed": False}},
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "hot", "kind": "threshold", "from": ["kiln"],
                 "params": {"field": "temperature", "above": "$limit", "margin": 2, "for": "5m"}},
                {"id": "tell", "kind": "notify", "from": ["hot.entered"],
                 "params": {"to": "shift-channel", "text": "{device}が {temperature} ℃ です"}},
                {"id": "calm", "kind": "notify", "from": ["hot.cleared"],
                 "params": {"to": "shift-channel", "text": "{device}の温度が下がりました"}},
            ],
            "tests": [
                {"name": "5 分続いたら一度だけ、冷めたら一度だけ",
                 "given": [
                     {"device": "kiln-1", "every": "10s", "until": "7m", "data": {"temperature": 85}},
                     {"device": "kiln-1", "from": "7m10s", "every": "10s", "until": "9m",
                      "data": {"temperature": {"from": 79, "to": 70}}},
                 ],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "5m", "within": "10s"},
                            {"node": "calm", "device": "kiln-1", "at": "7m30s", "within": "10s"}]},
                {"name": "途中で 80 ℃ に戻れば知らせない",
                 "given": [
                     {"device": "kiln-1", "every": "10s", "until": "4m50s", "data": {"temperature": 85}},
                     {"device": "kiln-1", "at": "5m", "data": {"temperature": 80}},
                     {"device": "kiln-1", "from": "5m10s", "every": "10s", "until": "9m", "data": {"temperature": 85}},
                 ],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "湿度が 40〜60 % から外れたら知らせる", "en": "Tells when the humidity leaves 40 to 60 %"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Humidity out of range",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "off", "kind": "threshold", "from": ["room"],
                 "params": {"field": "humidity", "outside": [40, 60], "margin": 1}},
                {"id": "tell", "kind": "notify", "from": ["off.entered"],
                 "params": {"to": "shift-channel", "text": "{device}: {humidity|round:0} % humidity"}},
            ],
            "tests": [
                {"name": "the ends are inside, and it tells each device once",
                 "given": [
                     {"device": "room-1", "at": "0s", "data": {"humidity": 60}},
                     {"device": "room-1", "at": "1m", "data": {"humidity": 60.4}},
                     {"device": "room-1", "at": "2m", "data": {"humidity": 59.5}},
                     {"device": "room-1", "at": "3m", "data": {"humidity": 62}},
                     {"device": "room-2", "at": "4m", "data": {"humidity": 39}},
                 ],
                 "expect": [{"node": "tell", "device": "room-1", "at": "1m", "data": {"text": "Room 1: 60 % humidity"}},
                            {"node": "tell", "device": "room-2", "at": "4m"}]},
            ],
        },
    ),
)  # fmt: skip


class ThresholdParams(NodeParams):
    field: Annotated[FieldName, Identity]
    above: Limit | None = None
    at_least: Limit | None = None
    below: Limit | None = None
    at_most: Limit | None = None
    between: Limits | None = None
    outside: Limits | None = None
    margin: Annotated[float, Field(ge=0), Mark(unit_of="field", difference=True), Settable] = 0.0
    hold: HoldTime = 0
    times: Times = 1
    of: Times | None = None
    max_gap: LongestGap | None = None
    already: Already = "fire"
    per: Per = "device"

    exactly_one = COMPARISONS


_COMMON = {"field": "<field>", "for": "<hold>", "margin": "<margin>", "per": "<per>"}


class Threshold(Kind):
    id = "threshold"
    group = "filter"
    icon = "gauge"
    outputs = (ENTERED, CLEARED)
    Params = ThresholdParams
    Memory = HoldMemory
    words = WORDS
    phrases = (
        *phrases("en", "compare", "above | over | exceed | exceedance | more than | greater than | higher than | "
                 "hotter than | warmer than | larger than | bigger than | louder than | faster than | "
                 "longer than | wetter than | damper than | fuller than | thicker than | wider than | steeper than | older than | heavier than | deeper than | brighter than | stronger than | rise above | "
                 "go above | climb above | beyond | past | pass | surpass | top | in excess of | crosses | >",
                 params={**_COMMON, "above": "<number>"}),
        *phrases("ja", "compare", "超え | 超過 | 超 | 上回 | より高 | より大き | より多 | より上 | よりも高 | "
                 "よりも大き | よりも多 | を越え | 越え | オーバー | 突破 | を過ぎ | より強 | より長 | より重 | "
                 "より速 | より明る | より遠 | >", params={**_COMMON, "above": "<number>"}),
        *phrases("en", "compare", "at least | or more | or above | or higher | or over | or greater | or hotter | "
                 "or warmer | and above | and over | and up | and higher | not less than | no less than | reach | "
                 "hit | rise to | climb to | go up to | get to | attain | up to | get as high as | >= | ≥ | ≧",
                 params={**_COMMON, "at_least": "<number>"}),
        *phrases("ja", "compare", "以上 | に達 | 到達 | に届 | まで上が | まで上昇 | まで高ま | まで増え | "
                 "まで伸び | になっ | になる | になれ | に上が | に上昇 | になり | に増え | >= | ≧ | ≥",
                 params={**_COMMON, "at_least": "<number>"}),
        *phrases("en", "compare", "below | under | less than | lower than | colder than | cooler than | "
                 "smaller than | fewer than | drop below | fall below | go below | beneath | dip below | "
                 "short of | underneath | slower than | drier than | dryer than | shallower than | lighter than | "
                 "quieter than | weaker than | thinner than | emptier than | shorter than | darker than | <", params={**_COMMON, "below": "<number>"}),
        *phrases("ja", "compare", "未満 | 下回 | を切 | 割り込 | を割 | より低 | より小さ | より少な | より下 | "
                 "よりも低 | よりも小さ | よりも少な | に満たな | より弱 | より短 | より軽 | より遅 | より暗 | <",
                 params={**_COMMON, "below": "<number>"}),
        *phrases("en", "compare", "at most | or less | or below | or lower | or under | or fewer | or colder | "
                 "and below | and under | and lower | not more than | no more than | drop to | fall to | "
                 "go down to | sink to | down to | <= | ≤ | ≦", params={**_COMMON, "at_most": "<number>"}),
        *phrases("ja", "compare", "以下 | まで下が | まで低下 | まで減 | まで落ち | まで下降 | に下が | に低下 | "
                 "に落ち | に減 | 以内に近 | 以内に居 | 以内にいて | 以内にい続 | 以内に入 | 以内にな | 以内まで | より近 | <= | ≦ | ≤", params={**_COMMON, "at_most": "<number>"}),
        *phrases("en", "compare", "between | within | in the range | inside the range | in the band",
                 params={**_COMMON, "between": "<numbers>"}),
        *phrases("ja", "compare", "の間 | の範囲に | の範囲内 | 範囲にあ | 範囲に入 | に収ま | 範囲内",
                 params={**_COMMON, "between": "<numbers>"}),
        *phrases("en", "compare", "outside | outside of | outside the range | outside of the range | "
                 "outside the band | out of range | out of the range | not between | not within | "
                 "not in the range | leave the range | leave the band | out of | leave | is not between",
                 params={**_COMMON, "outside": "<numbers>"}),
        *phrases("ja", "compare", "の範囲外 | 範囲外 | 範囲を外れ | 範囲から外 | 範囲を超え | の範囲を超え | "
                 "範囲を逸脱 | を逸脱 | から外れ | の間でな | の間でなくな | 間でなくな | の間にな | を外れ | "
                 "範囲にな | の範囲を", params={**_COMMON, "outside": "<numbers>"}),
        *phrases("en", "recover", "cool | cool down | recover | go back | come back | return | back to normal | "
                 "back below | back under | back above | back over | back | back in range | in range again | "
                 "back down | back up | return to normal | clear | normalise | normalize | settle | resolve | "
                 "drop again | fall again | rise again | drop | fall | rise | warm up | is normal | normal again | "
                 "normal | subside | stop exceeding | no longer | ends | gone | below again | above again | "
                 "go down | come down | go up | is ok | is fine | is okay | dry out | calm down | improve | "
                 "on the move | move again | moving again | drive on | fix | repair | refill | top up | replenish | "
                 "restore | put right | sort out | fine again | all right again | okay again | ok again", port="cleared"),
        *phrases("ja", "recover", "下が | 上が | 戻 | 回復 | 復帰 | 復旧 | 正常 | 平常 | 通常 | 収ま | おさま | "
                 "落ち着 | 解消 | 冷め | 冷え | 冷ま | 治ま | 解除 | 直っ | 低下し | 元通り | 改善 | 下降 | "
                 "なくなっ | 静ま | 動き出 | 動き始 | 走り出 | 直ら | 直る | 直れ | 直り | 修理 | 補充 | 補給 | 復元 | "
                 "片付 | 片づ | 復活 | 持ち直 | 沈静 | 収束 | 消え | もとどおり | 平熱", port="cleared"),
        *phrases("en", "hold", "stay | remain | keep | for | hold | last | persist | continuously | straight | "
                 "continue | left | for at least | for more than | for over | at a stretch | consecutive | still"),
        *phrases("ja", "hold", "続 | 継続 | 持続 | 経過 | 経っ | たっ | ずっと | 状態 | のまま | まま | 放置 | "
                 "キープ | 連続 | 保"),
        *phrases("en", "lean", "too high | too hot | too warm | too much | too loud | too strong | too fast | "
                 "high | hot | overheat | increase | too full | stuffy | rise | spike",
                 params={**_COMMON, "above": "<number>"}),
        *phrases("ja", "lean", "高す | 高い | 高く | 高め | 多め | 強め | 大きめ | 高まっ | 上がりす | 上がっ | 上が | 上昇 | 暑 | 熱 | 多す | "
                 "多い | 大き | 強す | 増え | 激し | うるさ | 過熱 | 過電流 | 過大 | 蒸し | 混ん | 混雑 | まぶし | 明るす | 濃い | 濃く | 濃す | 速す | 重す | 長す",
                 params={**_COMMON, "above": "<number>"}),
        *phrases("en", "lean", "too low | too cold | too cool | too little | low | cold | run low | almost empty | "
                 "nearly empty | drop | fall | decrease | too dry | too slow | weak",
                 params={**_COMMON, "below": "<number>"}),
        *phrases("ja", "lean", "低す | 低い | 低く | 低め | 少なめ | 弱め | 下がりす | 下が | 少な | 減っ | 足りな | 寒 | 冷えす | 弱 | "
                 "不足 | なくなりそう | 低下 | ぬる | 冷た | 冷え | 冷め | 暗い | 暗く | 暗す | 薄い | 薄く | 乾い | 乾き | 遅す | 軽す | 短す | 残りわずか | 残り少な | わずかにな", params={**_COMMON, "below": "<number>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ThresholdParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.met, self.past = comparison(params)
        self.hold = Hold(params)

    @classmethod
    def check(cls, params: ThresholdParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)
        for name in ("between", "outside"):
            pair = getattr(params, name)
            if pair is not None and pair[0] > pair[1]:
                fix = {"path": f"/params/{name}", "value": [pair[1], pair[0]]}
                yield Problem("limits_swapped", f"/params/{name}", args={"low": pair[0], "high": pair[1]}, fix=fix)
        if params.outside is not None and 0 < params.outside[1] - params.outside[0] < 2 * params.margin:
            yield Problem("margin_too_wide", "/params/margin", args={"margin": params.margin})
        yield from check_hold(params)

    def on_event(self, event: Event, port: str, memory: HoldMemory) -> Iterator[Yield]:
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            return iter((value,))
        return self.hold.on_reading(event, self.met(value), self.past(value), memory)

    def quick(self) -> Quiet | None:
        quiet, met, past = self.hold.quiet(), self.met, self.past
        if quiet is None:
            return None

        def take(memory: HoldMemory, time: int, value: float) -> bool | str | None:
            return quiet(memory, met(value), past(value))

        return Quiet(take, (self.params.field,), ports=(ENTERED.name, CLEARED.name))

    def on_timer(self, name: str, event: Event, memory: HoldMemory) -> Iterator[Yield]:
        return self.hold.on_timer(event, memory)

    def standing(self, memory: HoldMemory) -> str | None:
        return self.hold.standing(memory)

    def weighs(self, event: Event) -> Weighed | None:
        value = number_in(event.data, self.params.field)
        how = next(name for name in COMPARISONS if getattr(self.params, name) is not None)
        if isinstance(value, Trouble):
            return None
        limit = getattr(self.params, how)
        limits = tuple(limit) if isinstance(limit, list | tuple) else (limit,)
        return Weighed(met=self.met(value), field=self.params.field, value=value, how=how, limits=limits)

    def on_settings(self, before: ThresholdParams, memory: HoldMemory, now: int) -> Iterator[Yield]:
        return self.hold.on_settings(memory)


def comparison(params: ThresholdParams) -> tuple[Callable[[float], bool], Callable[[float], bool]]:
    """Two tests of a value: is the comparison met, and is the value back past the limit by the margin."""
    m: Any = params.margin
    if (limit := params.above) is not None:
        return (lambda v: v > limit), (lambda v: v <= limit - m)
    if (limit := params.at_least) is not None:
        return (lambda v: v >= limit), (lambda v: v <= limit - m if m else v < limit)
    if (limit := params.below) is not None:
        return (lambda v: v < limit), (lambda v: v >= limit + m)
    if (limit := params.at_most) is not None:
        return (lambda v: v <= limit), (lambda v: v >= limit + m if m else v > limit)
    if params.between is not None:
        lo, hi = params.between
        return (lambda v: lo <= v <= hi), (lambda v: v <= lo - m or v >= hi + m if m else not lo <= v <= hi)
    lo, hi = cast("tuple[float, float]", params.outside)
    return (lambda v: v < lo or v > hi), (lambda v: lo + m <= v <= hi - m)
