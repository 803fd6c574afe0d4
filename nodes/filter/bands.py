"""bands: in which band a value lies (green, yellow, red), and when it changes to another one.

A band reaches `from` (inclusive) `to` (exclusive); either may be left out at an end. `changed` with the first reading and
whenever the band changes, `same` with every other; both add `band` and `previous` (null at first). To leave its band a value must be
past the band's border by `margin` in the direction that `back` names (down where high is bad); `margin` acts on nothing
else. In a gap between bands `keep` stays in the band that
was left last (before any: no band, null), `none` is in no band. With `for` another band must last so long before it
counts; a change back at exactly its end is in time.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable, refused
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="段階",
        summary="値がどの段階(青・黄・赤など)にあるかを調べ、段階が変わったときに知らせます。",
        description=(
            "段階は「から」(その値を含む)から「まで」(その値を含まない)です。端の段階ではどちらかを省略できます。最初の値と、"
            "段階が変わった値は「変わった」へ、それ以外は「同じ」へ送り、band(段階)と previous(前の段階)を加えます。今の段階を"
            "「戻りの向き」に出るには、境から「戻り幅」だけ離れる必要があります。戻り幅はそれ以外に影響しません。段階と段階のすき間では、直前の"
            "段階に留まる(keep)か、どの段階でもない(none)とするかを選べます。「継続時間」があれば、別の段階がその時間続いて"
            "初めて変わったとみなします。数値でない値は無視し、問題として記録します。"
        ),
        labels={
            "field": "項目", "bands": "段階", "name": "名前", "from": "から", "to": "まで", "margin": "戻り幅",
            "back": "戻りの向き", "back.down": "下がるとき", "back.up": "上がるとき", "back.both": "両方", "gap": "すき間", "gap.keep": "直前の段階に留まる", "gap.none": "どの段階でもない", "for": "継続時間",
            "per": PER_LABEL["ja"],
        },
        params={
            "field": "調べる数値の項目。",
            "bands": "段階の名前と範囲。低い方から順に並べます。",
            "margin": "段階を出るのに必要な、境からの差。境の前後で揺れるときの連発を防ぎます。",
            "back": "戻り幅が働く向き。高いほど悪い値なら down、低いほど悪い値なら up。",
            "gap": "どの段階にも入らない値の扱い。",
            "for": "別の段階がこの時間続いたら、変わったとみなします。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Bands",
        summary="Says in which band a value lies (green, yellow, red) and when that changes.",
        description=(
            "A band goes from a value (included) to another (not included); one end may be left out. The first reading and "
            "every one that is in another band go to “changed”, all others to “same”, with band and previous added. To "
            "leave its band in the direction of “back”, a value must be past the border by the margin, which acts on nothing else. In a gap "
            "between bands it stays in the band it was in (keep) or is in none. With a hold time another band must last "
            "that long before it counts. A reading that is no number is ignored and shown as a problem."
        ),
        labels={
            "field": "Field", "bands": "Bands", "name": "Name", "from": "From", "to": "To", "margin": "Margin to leave",
            "back": "On the way", "back.down": "down", "back.up": "up", "back.both": "both", "gap": "In a gap", "gap.keep": "stay in the band it was in", "gap.none": "no band", "for": "Hold time",
            "per": PER_LABEL["en"],
        },
        params={
            "field": "The number to look at.",
            "bands": "Names and ranges of the bands, from low to high.",
            "margin": "How far past the border of its band a value must be to leave it.",
            "back": "The direction in which the margin counts: down where high values are bad, up where low ones are.",
            "gap": "What a value means that lies in no band.",
            "for": "How long another band must last before it counts.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip
_LEVELS = [{"name": "green", "to": 1000}, {"name": "yellow", "from": 1000, "to": 1500}, {"name": "red", "from": 1500}]


def _flow(params: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": "room", "kind": "devices", "params": {"type": "room"}},
        {"id": "air", "kind": "bands", "from": ["room"], "params": {"field": "co2", **params}},
        {"id": "lamp", "kind": "store", "from": ["air.changed"], "params": {"fields": ["band", "previous"]}},
        {"id": "log", "kind": "store", "from": ["air.same"], "params": {"fields": ["band"]}},
    ]


def _ppm(*values: float) -> list[dict[str, Any]]:
    return [{"device": "room-1", "at": f"{n}m", "data": {"co2": value}} for n, value in enumerate(values)]


def _lamp(at: str, band: str | None) -> dict[str, Any]:
    return {"node": "lamp", "device": "room-1", "at": at, "data": {"band": band}}


EXAMPLES = (
    Example(
        title={"ja": "CO2 濃度を緑・黄・赤に分け、境での揺れを抑える", "en": "Green, yellow, red by CO2, without flicker"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "会議室の空気", "nodes": _flow({"bands": _LEVELS, "margin": 50}),
            "tests": [
                {"name": "黄から緑へは 950 未満で戻る",
                 "given": _ppm(700, 999, 1000, 980, 1020, 960, 949, 1600, 1480, 1449),
                 "expect": [_lamp("0m", "green"), _lamp("2m", "yellow"), _lamp("6m", "green"), _lamp("7m", "red"),
                            _lamp("9m", "yellow"), {"node": "log", "count": 5}]},
            ],
        },
    ),
    Example(
        title={"ja": "すき間では直前の段階に留まる", "en": "In a gap it stays where it was"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Two bands with a gap",
            "nodes": _flow({"bands": [{"name": "low", "to": 600}, {"name": "high", "from": 800}], "for": "2m"}),
            "tests": [
                {"name": "high counts after two minutes",
                 "given": _ppm(500, 550, 700, 850, 700, 860, 870, 880, 700),
                 "expect": [_lamp("0m", "low"), _lamp("7m", "high"), {"node": "log", "count": 8}]},
            ],
        },
    ),
)  # fmt: skip

Border = Annotated[float, Mark(unit_of="field"), Settable]


class Band(BaseModel):
    """One band: [from, to)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)
    name: Annotated[str, Field(min_length=1, max_length=40)]
    low: Annotated[Border | None, Field(alias="from")] = None
    high: Annotated[Border | None, Field(alias="to")] = None


class BandsParams(NodeParams):
    field: Annotated[FieldName, Identity]
    bands: Annotated[list[Band], Field(min_length=2, max_length=20), Mark(standings=True)]
    margin: Annotated[float, Field(ge=0), Mark(unit_of="field", difference=True), Settable] = 0.0
    back: Annotated[Literal["down", "up", "both"], Settable] = "down"
    gap: Annotated[Literal["keep", "none"], Settable] = "keep"
    hold: Annotated[Duration, Settable, Field(alias="for")] = 0
    per: Per = "device"

    @model_validator(mode="after")
    def names_differ(self) -> "BandsParams":
        if len({band.name for band in self.bands}) < len(self.bands):
            raise refused("not_unique")
        return self


class BandsMemory(Memory):
    """`band`: the current one. `coming`: one that must last until it counts, `since` when (ms). `begun`: a reading came."""

    said: ClassVar[Said] = {
        "en": {"band": "Band", "coming": "May become", "since": "Since"},
        "ja": {"band": "区分", "coming": "次の候補", "since": "開始"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since",)
    band: str | None = None
    begun: bool = False
    coming: str | None = None
    since: int | None = None


class Bands(Kind):
    id = "bands"
    group = "filter"
    icon = "align-vertical-distribute-center"
    outputs = (Port("changed", {"ja": "変わった", "en": "changed"}), Port("same", {"ja": "同じ", "en": "same"}))
    Params = BandsParams
    Memory = BandsMemory
    words = WORDS
    phrases = (
        *phrases("en", "name", "three levels | green, yellow and red | traffic light levels | level bands | stages"),
        *phrases("ja", "name", "段階に分け | 段階表示 | 緑・黄・赤 | 青・黄・赤 | 3段階 | レベル分け"),
    )
    examples = EXAMPLES

    def __init__(self, params: BandsParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.margins = (params.margin * (params.back != "up"), params.margin * (params.back != "down"))

    @classmethod
    def check(cls, params: BandsParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)
        edge = float("-inf")
        for index, band in enumerate(params.bands):
            low = band.low if band.low is not None else float("-inf")
            high = band.high if band.high is not None else float("inf")
            args = {"low": band.low if band.low is not None else edge, "high": band.high}
            if low >= high or low < edge or (index and band.low is None):
                yield Problem("limits_swapped", f"/params/bands/{index}", args=args)
            edge = high

    @classmethod
    def shapes(cls, params: BandsParams, scope: Scope) -> dict[str, Shape]:
        text = FieldShape("string")
        shape = shape_after(params.per, scope.shape).plus(band=text, previous=text)
        return {"changed": shape, "same": shape}

    def on_event(self, event: Event, port: str, memory: BandsMemory) -> Iterator[Yield]:
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
            return
        band = self._band(value, memory)
        if not memory.begun or (band != memory.band and not self.params.hold):
            memory.begun = True
            yield from self._change(band, event, memory)
            return
        if band == memory.band or band != memory.coming:
            if memory.since is not None:
                yield Cancel("hold")
            memory.coming = memory.since = None
        if band != memory.band and memory.since is None:
            memory.coming, memory.since = band, event.time
            yield Timer("hold", event.time + self.params.hold)
        yield Emit("same", event.with_data({**event.data, "band": memory.band, "previous": memory.band}))

    def on_timer(self, name: str, event: Event, memory: BandsMemory) -> Iterator[Yield]:
        yield from self._change(memory.coming, event, memory)

    def standing(self, memory: BandsMemory) -> str | None:
        return memory.band

    def on_settings(self, before: BandsParams, memory: BandsMemory, now: int) -> Iterator[Yield]:
        if memory.since is not None:
            yield Timer("hold", memory.since + self.params.hold)

    def _change(self, band: str | None, event: Event, memory: BandsMemory) -> Iterator[Yield]:
        previous, memory.band = memory.band, band
        memory.coming = memory.since = None
        yield Emit("changed", event.with_data({**event.data, "band": band, "previous": previous}))

    def _band(self, value: float, memory: BandsMemory) -> str | None:
        """Where `value` lies, seen from the band it is in."""
        found = None
        for band in self.params.bands:
            if band.name == memory.band and _inside(band, value, *self.margins):
                return band.name
            if _inside(band, value, 0.0, 0.0):
                found = band.name
        return memory.band if found is None and self.params.gap == "keep" else found


def _inside(band: Band, value: float, below: float, above: float) -> bool:
    """Whether `value` is in `band`, with its borders moved out by so much."""
    return (band.low is None or value >= band.low - below) and (band.high is None or value < band.high + above)
