"""climate: a quantity of the air that people ask for by name, from temperature and relative humidity.

Formulas, their sources and limits are those of nodes/kit/air.py. Temperatures are converted to °C and the humidity to %
where their fields have other units; without a unit they are taken to be in these. The result is written into the field
that is called like `calc`, and replaces one of that name. `wbgt`: with `globe` 0.7 wet bulb + 0.3 globe, or with `sun`
0.7 wet bulb + 0.2 globe + 0.1 air temperature; without `globe` an estimate for a room without sun and without anything
that radiates heat. A temperature or globe outside of the formula's limits, or a humidity outside of 0 to 100 %, is a
problem and the event goes no further; the limits themselves are inside. A dew point needs more than 0 %. A reading
that is missing or no number is a problem too and stops the event.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from nodes.kit.air import GLOBE, HUMIDITY, LIMITS, QUANTITIES, Calc, wbgt
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import without
from nodes.kit.kind import Example, Kind, KindWords, Phrase, phrases
from nodes.kit.measured import check_measured, reader, tidy
from nodes.kit.params import FieldName, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

UNITS = {"temperature": "°C", "humidity": "%", "globe": "°C"}
"""What the fields are read in."""


class ClimateParams(NodeParams):
    calc: Calc
    temperature: FieldName
    humidity: FieldName
    globe: FieldName | None = None
    sun: Annotated[bool, Settable] = False


WORDS = {
    "ja": KindWords(
        label="温湿度の指標",
        summary="温度と湿度から、暑さ指数(WBGT)、不快指数、露点、絶対湿度、飽差などを求めます。",
        description=(
            "結果は、求めるものと同じ名前の項目(wbgt など)に書きます。同名の項目は置き換えます。温度は ℃、湿度は % に換算し"
            "て計算します(単位のない項目は ℃、% とみなします)。\n"
            "wbgt(℃):黒球温度があれば ISO 7243/JIS Z 8504 の式(日射なし 0.7Tw+0.3Tg、日射あり 0.7Tw+0.2Tg+0.1Ta)。湿球"
            "温度 Tw は Stull(2011)の近似で、実際の自然湿球温度より 1 ℃ ほど低めに出ることがあります。黒球温度がなければ、"
            "環境省も使う小野・登内(2014)の推定式で、日射も風もない室内の値を推定します。炉など放射熱のある場所では低く出るの"
            "で、黒球温度計を付けてください。気温 0〜50 ℃。\n"
            "discomfort_index(単位なし):0.81T+0.01H(0.99T−14.3)+46.3。−20〜50 ℃。\n"
            "dew_point(℃):Sonntag(1990)の係数による Magnus 式。0 ℃ 未満も水に対する露点です。−45〜60 ℃、湿度は 0 % より"
            "大きいこと。absolute_humidity(g/m³、容積絶対湿度)と vapour_pressure_deficit(kPa、飽差)も同じ水蒸気圧から求めま"
            "す。−45〜60 ℃。g/m³ で表す飽差とは別の値です。\n"
            "heat_index(℃):米国気象局の式(Rothfusz 回帰と補正)。−20〜50 ℃。\n"
            "値が欠けている、数値でない、温度が上の範囲外、湿度が 0〜100 % の範囲外のイベントは問題として記録し、先へ送りませ"
            "ん(両端は範囲内)。黒球温度は −20〜120 ℃ です。"
        ),
        labels={
            "calc": "求めるもの", "temperature": "温度", "humidity": "相対湿度", "globe": "黒球温度", "sun": "日射あり",
            "calc.wbgt": "暑さ指数(WBGT)", "calc.discomfort_index": "不快指数", "calc.dew_point": "露点",
            "calc.absolute_humidity": "絶対湿度", "calc.heat_index": "ヒートインデックス",
            "calc.vapour_pressure_deficit": "飽差(VPD)",
        },
        params={
            "calc": "何を求めるか。同じ名前の項目に書きます。",
            "temperature": "気温の項目。",
            "humidity": "相対湿度の項目(%)。",
            "globe": "黒球温度の項目。WBGT だけに使います。省略すると、日射も放射熱もない室内として推定します。",
            "sun": "黒球に日が当たる屋外なら true。黒球温度があるときだけ効きます。",
        },
    ),
    "en": KindWords(
        label="Climate",
        summary="WBGT, discomfort index, dew point, absolute humidity, heat index or vapour pressure deficit of the air.",
        description=(
            "The result goes into a field that is called like it (wbgt, …) and replaces one of that name. Temperatures are "
            "converted to °C and humidity to %; a field without a unit is taken to be in these.\n"
            "wbgt (°C): with a globe the formula of ISO 7243 (0.7 Tw + 0.3 Tg, in the sun 0.7 Tw + 0.2 Tg + 0.1 Ta). The "
            "wet bulb Tw is Stull's approximation (2011), up to about 1 °C below a real natural wet bulb. Without a globe "
            "it is an estimate for a room without sun and wind, after Ono and Tonouchi (2014), whose formula the Japanese "
            "Ministry of the Environment uses; near furnaces and other things that radiate heat it is too low, so use a "
            "globe there. Air from 0 to 50 °C.\n"
            "discomfort_index (no unit): 0.81 T + 0.01 H (0.99 T − 14.3) + 46.3. From −20 to 50 °C.\n"
            "dew_point (°C): the Magnus formula with Sonntag's coefficients (1990), over water also below 0 °C; the "
            "humidity must be more than 0 %. absolute_humidity (g/m³) and vapour_pressure_deficit (kPa) come from the same "
            "vapour pressure. From −45 to 60 °C.\n"
            "heat_index (°C): that of the US National Weather Service (Rothfusz's regression with its adjustments). From "
            "−20 to 50 °C.\n"
            "An event whose readings are missing or no numbers, whose temperature is outside of these limits or whose "
            "humidity is outside of 0 to 100 % is a problem and goes no further; the limits themselves are inside. A globe "
            "may have −20 to 120 °C."
        ),
        labels={
            "calc": "Result", "temperature": "Temperature", "humidity": "Relative humidity", "globe": "Black globe",
            "sun": "In the sun", "calc.wbgt": "WBGT", "calc.discomfort_index": "Discomfort index",
            "calc.dew_point": "Dew point", "calc.absolute_humidity": "Absolute humidity",
            "calc.heat_index": "Heat index", "calc.vapour_pressure_deficit": "Vapour pressure deficit (VPD)",
        },
        params={
            "calc": "What to compute. It goes into the field of the same name.",
            "temperature": "The field with the air temperature.",
            "humidity": "The field with the relative humidity (%).",
            "globe": "The field with the black-globe temperature, for WBGT only. Left out: an estimate for a room without "
            "sun and without anything that radiates heat.",
            "sun": "True outdoors, where the sun shines on the globe. It acts only with a globe.",
        },
    ),
}  # fmt: skip


def _asked(lang: str, calc: str, texts: str) -> tuple[Phrase, ...]:
    params = {"calc": calc, "temperature": "<temperature>", "humidity": "<humidity>"}
    return phrases(lang, "derive", texts, params=params, gives=calc)


EXAMPLES = (
    Example(
        title={"ja": "暑さ指数(WBGT)が 28 ℃ 以上になったら知らせる", "en": "Tells when the WBGT reaches 28 °C"},
        document={
            "suiro": 1, "name": "工場の暑さ指数",
            "settings": {"limit": {"value": 28, "unit": "°C", "label": "厳重警戒の WBGT", "assumed": False}},
            "nodes": [
                {"id": "shop", "kind": "devices", "params": {"type": "thermo_hygrometer"}},
                {"id": "heat", "kind": "climate", "from": ["shop"],
                 "params": {"calc": "wbgt", "temperature": "temperature", "humidity": "humidity"}},
                {"id": "severe", "kind": "threshold", "from": ["heat"],
                 "params": {"field": "wbgt", "at_least": "$limit", "margin": 1}},
                {"id": "tell", "kind": "notify", "from": ["severe.entered"],
                 "params": {"to": "shift-channel", "text": "{device}:WBGT {wbgt|round:1} ℃。休憩を取ってください"}},
                {"id": "calm", "kind": "notify", "from": ["severe.cleared"],
                 "params": {"to": "shift-channel", "text": "{device}:WBGT {wbgt|round:1} ℃ に下がりました"}},
            ],
            "tests": [
                {"name": "同じ湿度で気温が上がると 28 ℃ を超え、下がると戻る",
                 "given": [
                     {"device": "shop-1", "every": "10m", "until": "2h",
                      "data": {"temperature": {"from": 26, "to": 34}, "humidity": 60}},
                     {"device": "shop-1", "from": "2h10m", "every": "10m", "until": "4h",
                      "data": {"temperature": {"from": 34, "to": 26}, "humidity": 60}},
                 ],
                 "expect": [
                     {"node": "tell", "at": "1h50m", "data": {"text": "shop-1:WBGT 28.5 ℃。休憩を取ってください"}},
                     {"node": "calm", "at": "2h50m", "data": {"text": "shop-1:WBGT 26.5 ℃ に下がりました"}}]},
                {"name": "湿度の異常な値は使わない",
                 "given": [{"device": "shop-1", "at": "0s", "data": {"temperature": 40, "humidity": 120}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "配管の表面が露点まで冷えたら知らせる", "en": "Tells when a pipe is as cold as the dew point"},
        document={
            "suiro": 1, "name": "Condensation on the chilled water pipe",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "plant_room"}},
                {"id": "dew", "kind": "climate", "from": ["room"],
                 "params": {"calc": "dew_point", "temperature": "air", "humidity": "humidity"}},
                {"id": "wet", "kind": "condition", "from": ["dew"], "params": {"expr": "pipe <= dew_point"}},
                {"id": "tell", "kind": "notify", "from": ["wet.true"],
                 "params": {"to": "desk", "text": "{device}: pipe {pipe} °C, dew point {dew_point|round:1} °C"}},
            ],
            "tests": [
                {"name": "moister air condenses on the same pipe",
                 "given": [{"device": "p1", "at": "0s", "data": {"air": 25, "humidity": 40, "pipe": 12}},
                           {"device": "p1", "at": "10m", "data": {"air": 25, "humidity": 60, "pipe": 12}}],
                 "expect": [{"node": "tell", "at": "10m",
                             "data": {"text": "p1: pipe 12 °C, dew point 16.7 °C"}}]},
                {"name": "air without any vapour has no dew point",
                 "given": [{"device": "p1", "at": "0s", "data": {"air": 25, "humidity": 0, "pipe": -30}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "屋外の WBGT を黒球温度から求めて知らせる", "en": "Tells the WBGT outdoors, with a black globe"},
        document={
            "suiro": 1, "name": "Schoolyard",
            "nodes": [
                {"id": "yard", "kind": "devices", "params": {"type": "weather_station"}},
                {"id": "heat", "kind": "climate", "from": ["yard"],
                 "params": {"calc": "wbgt", "temperature": "temperature", "humidity": "humidity", "globe": "globe",
                            "sun": True}},
                {"id": "tell", "kind": "notify", "from": ["heat"],
                 "params": {"to": "desk", "text": "WBGT {wbgt|round:1} °C"}},
            ],
            "tests": [
                {"name": "0.7 wet bulb + 0.2 globe + 0.1 air",
                 "given": [{"device": "y1", "at": "0s", "data": {"temperature": 32, "humidity": 50, "globe": 48}}],
                 "expect": [{"node": "tell", "device": "y1", "data": {"text": "WBGT 29.6 °C"}}]},
            ],
        },
    ),
)  # fmt: skip


class Climate(Kind):
    id = "climate"
    group = "transform"
    icon = "droplets"
    Params = ClimateParams
    words = WORDS
    phrases = (
        *_asked("en", "wbgt", "wbgt | wet bulb globe | wet-bulb globe"),
        *_asked("ja", "wbgt", "wbgt | 暑さ指数 | 湿球黒球 | 熱中症指数"),
        *_asked("en", "discomfort_index", "discomfort index"),
        *_asked("ja", "discomfort_index", "不快指数"),
        *_asked("en", "dew_point", "dew point | dewpoint"),
        *_asked("ja", "dew_point", "露点 | 露点温度"),
        *_asked("en", "absolute_humidity", "absolute humidity | water per cubic metre | water per cubic meter"),
        *_asked("ja", "absolute_humidity", "絶対湿度"),
        *_asked("en", "heat_index", "heat index | feels like"),
        *_asked("ja", "heat_index", "ヒートインデックス | 体感温度"),
        *_asked("en", "vapour_pressure_deficit", "vapour pressure deficit | vapor pressure deficit | vpd"),
        *_asked("ja", "vapour_pressure_deficit", "飽差 | vpd"),
    )
    examples = EXAMPLES

    def __init__(self, params: ClimateParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.readers = {name: reader(getattr(params, name), UNITS[name], scope.shape) for name in _used(params)}
        self.limits = {"temperature": LIMITS[params.calc], "humidity": HUMIDITY, "globe": GLOBE}

    @classmethod
    def check(cls, params: ClimateParams, scope: Scope) -> Iterator[Problem]:
        for name in UNITS:
            if (field := getattr(params, name)) is not None:
                yield from check_measured(field, f"/params/{name}", UNITS[name], scope.shape)
        if params.globe is not None and params.calc != "wbgt":
            yield without("globe", "calc: wbgt")
        elif params.sun and params.globe is None:
            yield without("sun", "globe")

    @classmethod
    def shapes(cls, params: ClimateParams, scope: Scope) -> dict[str, Shape]:
        return {"out": scope.shape.plus(**{params.calc: FieldShape("number", QUANTITIES[params.calc].unit)})}

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        values: dict[str, float] = {}
        for name in self.readers:
            value = self._read(name, event.data)
            if isinstance(value, Trouble):
                yield value
                return
            values[name] = value
        yield Emit("out", event.with_data({**event.data, self.params.calc: tidy(self._computed(**values))}))

    def _read(self, name: str, data: dict[str, Any]) -> float | Trouble:
        value = self.readers[name](data)
        return value if isinstance(value, Trouble) else self._outside(name, value) or value

    def _outside(self, name: str, value: float) -> Trouble | None:
        low, high = self.limits[name]
        field = getattr(self.params, name)
        if not low <= value <= high:
            return Trouble("value_out_of_range", {"field": field, "value": tidy(value), "min": low, "max": high})
        if name == "humidity" and value == 0 and self.params.calc == "dew_point":
            return Trouble("value_out_of_range", {"field": field, "value": 0, "above": 0})
        return None

    def _computed(self, temperature: float, humidity: float, globe: float | None = None) -> float:
        if globe is not None:
            return wbgt(temperature, humidity, globe, sun=self.params.sun)
        return QUANTITIES[self.params.calc].of(temperature, humidity)


def _used(params: ClimateParams) -> list[str]:
    """The params whose fields the result needs."""
    return ["temperature", "humidity", *(["globe"] if params.globe is not None and params.calc == "wbgt" else [])]
