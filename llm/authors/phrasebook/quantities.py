"""Numbers with units, and durations, as they stand in a sentence."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from llm.authors.phrasebook.numbers import DIGITS, NUMBER, SIGN, value_of
from llm.authors.phrasebook.prefixes import KILO, exact_unit, tenths
from llm.authors.phrasebook.reading import Quantity, Reading, Span

DEGREES = "deg"
"""A degree of something: which one, the field tells."""

# What people write for a unit; the key is the unit as documents write it. Patterns meet small letters.
_SPELLINGS = {
    "°C": r"°c|摂氏|degrees? ?(?:c|celsius|centigrade)\b|deg\.? ?c\b|度c|c\b(?=\W|$)|celsius",
    "°F": r"°f|degrees? ?(?:f|fahrenheit)\b|deg\.? ?f\b|f\b(?=\W|$)|fahrenheit",
    DEGREES: r"degrees?|degs?\b|度|°(?![cf])",
    "%": r"%|percent\b|per cent\b|パーセント|プロ(?!\w)",
    "ppm": r"ppm|ピーピーエム|parts per million",
    "ppb": r"ppb", "mm/s": r"mm/s(?:ec)?|ミリメートル毎秒|ミリ毎秒|millimet(?:er|re)s? per second",
    "m/s": r"m/s(?:ec)?|メートル毎秒|met(?:er|re)s? per second|mps", "km/h": r"km/h|kph|kmh|キロメートル毎時",
    "m/s2": r"m/s2|m/s\^2", "mA": r"ma\b|milliamps?|ミリアンペア", "A": r"amps?\b|amperes?|アンペア",
    "kV": r"kv\b|キロボルト", "mV": r"mv\b|millivolts?|ミリボルト", "V": r"v\b|volts?|ボルト", "kWh": r"kwh|キロワット時",
    "kW": r"kw\b|kilowatts?|キロワット", "MW": r"(?!)", "W": r"w\b|watts?|ワット", "Hz": r"hz|hertz|ヘルツ",
    "kHz": r"khz", "rpm": r"rpm|回転毎分|revolutions per minute", "lx": r"lx\b|lux|ルクス", "dB": r"db(?:\(?a\)?)?|decibels?|デシベル",
    "hPa": r"hpa|ヘクトパスカル", "kPa": r"kpa|キロパスカル", "MPa": r"mpa|メガパスカル", "Pa": r"pa\b|パスカル", "bar": r"bars?\b|バール",
    "psi": r"psi", "L/min": r"l/min|リットル毎分|lit(?:er|re)s? per minute|lpm", "m3/h": r"m3/h|立米毎時|立方メートル毎時",
    "L": r"lit(?:er|re)s?|リットル|l\b", "m3": r"m3\b|立米|立方メートル|cubic met(?:er|re)s?", "kg": r"kg|kilograms?|kilos?\b|キログラム|キロ(?!\w)",
    "g": r"grams?\b|グラム", "mm": r"mm\b|millimet(?:er|re)s?|ミリメートル|ミリ(?!秒)", "cm": r"cm\b|centimet(?:er|re)s?|センチメートル|センチ",
    "km": r"km\b|kilomet(?:er|re)s?|キロメートル", "m": r"met(?:er|re)s?\b|メートル", "μg/m3": r"[uμ]g/m3", "mg/L": r"mg/l", "pH": r"ph\b",
    "t": r"tons?\b|tonnes?\b|トン",
    "#turns": r"回転(?!数|灯|速)", "#times": r"回(?![転線路])|times\b|occasions?\b", "#devices": r"台(?!車)", "#things": r"人(?!間)|名(?!前)|個|件|本(?!日)|枚|people|persons?\b|pieces|items|parts(?! per)|vehicles|cars",
    "N": r"newtons?|ニュートン", "Nm": r"n·?m\b", "mS/cm": r"ms/cm", "μm": r"[uμ]m\b|microns?|ミクロン",
}  # fmt: skip

_LENGTHS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DURATION_UNITS = (
    ("ms", r"ms\b|milliseconds?\b|ミリ秒"),
    ("s", r"seconds?\b|secs?\b|s\b|秒(?:間)?"),
    ("m", r"minutes?\b|mins?\b|m\b(?!/)|分(?:間)?"),
    ("h", r"hours?\b|hrs?\b|h\b|時間"),
    ("d", r"days?\b|日間|日(?=以上|続|経|連続|たっ|で[^、。]{0,14}(?:上が|下が|増|減|変わ|伸))"),
    ("w", r"weeks?\b|週間"),
)
_PER = {
    ("時速", "km"): "km/h", ("毎時", "km"): "km/h", ("毎時", "m3"): "m3/h", ("毎分", "L"): "L/min", ("毎秒", "m"): "m/s", ("秒速", "m"): "m/s",
    ("毎秒", "mm"): "mm/s", ("秒速", "mm"): "mm/s", ("毎分", "#times"): "rpm", ("毎分", "#turns"): "rpm", ("時速", KILO): "km/h", ("毎時", KILO): "km/h",
}  # fmt: skip
_STRANGE_UNIT = re.compile(r"[ァ-ヶー]{2,}|[a-z]+(?:/[a-z]+)?(?![a-z0-9])")
"""What stands right after a number and is no unit that anybody knows: not to be taken for the field's own."""


def _bounded(pattern: str) -> str:
    """Units end where Latin letters end: Japanese may follow at once."""
    return pattern.replace(r"\b", "(?![a-z0-9])")


_UNIT_OF = "|".join(f"(?P<{name}>{_bounded(pattern)})" for name, pattern in _DURATION_UNITS)
_PART = re.compile(
    rf"(?P<n>{NUMBER})[\s-]?(?:(?:consecutive|straight|full|solid|continuous|successive|whole) )?(?:{_UNIT_OF})(?P<half>半)?"
)
_ODD = (
    (
        re.compile(r"half an hour|(?:a )?(?:(?:full|solid|whole|good) )?half[ -]hour(?!s)|半時間|30 ?min(?:ute)?s?"),
        1_800_000,
    ),
    (re.compile(r"half a minute|half[ -]minute|半分間"), 30_000),
    (re.compile(r"three quarters of an hour"), 2_700_000),
    (re.compile(r"(?:an|one) hour and a quarter"), 4_500_000),
    (re.compile(r"half a day|半日"), 43_200_000),
    (re.compile(r"(?:a )?(?:(?:full|solid|whole|good|clear) )?quarter of an hour|(?:a )?quarter[ -]hour"), 900_000),
    (re.compile(r"(?:an|one) hour and a half|(?:one|1) and a half hours"), 5_400_000),
    (re.compile(r"(?:a|one) minute and a half|(?:one|1) and a half minutes"), 90_000),
    (re.compile(r"\ba couple of minutes"), 120_000),
    (
        re.compile(r"\b(?:a|one full|a full) second\b(?! (?!(?:later|ago|after|or|and|of|at|in|before|each)\b)[a-z])"),
        1_000,
    ),
    (re.compile(r"\b(?:a|(?:a|one) (?:full|solid|whole|good|clear)) minute\b"), 60_000),
    (re.compile(r"\b(?:an|(?:a|one) (?:full|solid|whole|good|clear)) hour\b"), 3_600_000),
    (re.compile(r"\ba day\b"), 86_400_000),
    (re.compile(r"\ba week\b"), 604_800_000),
)


def single_durations(reading: Reading) -> Iterator[Span]:
    """Every duration by itself: "1 hour and 30 minutes" are two. Where they overlap the longer words count."""
    low = reading.low
    found = [*_odd_durations(low)]
    for match in _PART.finditer(low):
        if not _odd_start(low, match.start()):
            found.append(Span(match.start(), match.end(), match.group(), duration=round(_length(match))))
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: span.start - span.end):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
            yield span


def _odd_durations(low: str) -> Iterator[Span]:
    for pattern, ms in _ODD:
        for odd in pattern.finditer(low):
            yield Span(odd.start(), odd.end(), odd.group(), duration=ms)


def durations(reading: Reading) -> Iterator[Span]:
    """Every duration, compound ones ("1時間30分", "1 hour and 30 minutes") as one."""
    low = reading.low
    yield from _odd_durations(low)
    yield from _carried(low)
    at = 0
    while match := _PART.search(low, at):
        start, end, total = match.start(), match.end(), _length(match)
        while (more := _PART.match(low, _after_and(low, end))) is not None:
            end, total = more.end(), total + _length(more)
        if not _odd_start(low, start):
            yield Span(start, end, low[start:end], duration=round(total))
        at = end


_BARE = re.compile(
    rf"\b(?:after|for|within|another) (?P<n>{NUMBER})(?= ?[,.;:]| (?:then|tell|and|notify|call|alert)\b|$)"
)
""" "... open for 5 minutes, and after 15 the manager": a length whose unit was said before."""


def _carried(low: str) -> Iterator[Span]:
    for match in _BARE.finditer(low):
        start = max(low.rfind(mark, 0, match.start()) for mark in ".;!?") + 1
        before = [part for part in _PART.finditer(low, start, match.start()) if not _odd_start(low, part.start())]
        number = value_of(match["n"])
        if before and number is not None:
            unit = next(name for name, _ in _DURATION_UNITS if before[-1][name])
            length = round(number * _LENGTHS[unit])
            yield Span(match.start("n"), match.end("n"), match["n"], duration=length)


def _after_and(low: str, at: int) -> int:
    found = re.compile(r"\s?(?:and |と)?").match(low, at)
    return found.end() if found else at


def _odd_start(low: str, start: int) -> bool:
    return start > 0 and (
        low[start - 1].isdigit() or low[start - 1] in ".,:" or bool(re.match(r"[a-z]", low[start - 1]))
    )


def _length(match: re.Match[str]) -> float:
    number = value_of(match["n"]) or 0
    unit = next(name for name, _ in _DURATION_UNITS if match[name])
    return (number + (0.5 if match["half"] else 0)) * _LENGTHS[unit]


def quantities(reading: Reading, units: Iterable[str]) -> Iterator[Span]:
    """Every number with its unit where one follows; `units` are the registered ones, met as they are spelled."""
    registered = {spelled(unit): unit for unit in units if unit}
    own = "|".join(sorted((_as_pattern(unit) for unit in registered), key=len, reverse=True))
    names = list(_SPELLINGS)
    aliases = "|".join(f"(?P<u{i}>{_bounded(_SPELLINGS[name])})" for i, name in enumerate(names))
    unit = rf"(?P<own>{own})|{aliases}" if own else aliases
    pattern = re.compile(
        rf"(?:(?P<per>時速|毎時|毎分|毎秒|秒速|分速|(?:1|一)(?:分|時間|秒)(?:間)?(?:あたり|当たり|につき)(?:に)?)\s?)?(?P<sign>{SIGN})?(?P<n>{NUMBER})(?:\s?-?(?:{unit}))?(?P<cold> below zero| below freezing| degrees below zero)?"
    )
    bare = re.compile(rf"(?P<sign>{SIGN})?(?P<n>{DIGITS})\s?(?P<unit>[ACFVWm])(?![A-Za-z0-9_/])")
    for match in pattern.finditer(reading.low):
        if found := _quantity(reading, match, names, registered):
            yield found
    yield from tenths(reading)
    for part in _FRACTION.finditer(reading.low):
        yield Span(part.start(), part.end(), part.group(), quantity=Quantity(_PARTS[part["part"]], "%"))
    for match in bare.finditer(reading.text):
        value = value_of(match["n"])
        if value is not None:
            letter = {"C": "°C", "F": "°F"}.get(match["unit"], match["unit"])
            signed = -value if match["sign"] else value
            if letter != "m" or "m" in registered.values():
                yield Span(match.start(), match.end(), match.group(), quantity=Quantity(signed, letter))


def _quantity(reading: Reading, match: re.Match[str], names: list[str], registered: dict[str, str]) -> Span | None:
    value = value_of(match["n"])
    before = reading.low[match.start() - 1] if match.start() else " "
    if re.search(r"[a-z]-$", reading.low[: match.start()]):
        return None
    if value is None or (re.match(r"[a-z0-9_.]", before) and not match["sign"]):
        return None
    groups = match.groupdict()
    said = next((names[int(key[1:])] for key in groups if key[0] == "u" and key[1:].isdigit() and groups[key]), None)
    if groups.get("own"):
        said = registered[spelled(groups["own"])]
    end = match.end()
    if (exact := exact_unit(reading, match.end("n"))) is not None and not match["cold"]:
        unit, at = exact
        if at >= end or said is None:
            same = said is not None and said == registered.get(spelled(unit)) and unit[0] == said[0]
            said, end = (said, end) if same or (at == end and unit.startswith(("?", KILO)) and said) else (unit, at)
    said, end = _per(reading.low, groups.get("per"), said, end)
    if said is None and re.match(r"系|列(?!車)|期|次(?![のに])|棟|班|課|階", reading.low[end:]):
        return None
    if said is None and (strange := _STRANGE_UNIT.match(reading.low, end)):
        said = f"?{strange.group()}"
    if (
        said is None
        and not match["cold"]
        and re.match(r"[a-z]|[一二三四五六七八九十百千]", match["n"])
        and len(match["n"]) < 4
    ):
        return None
    signed = -value if match["sign"] or match["cold"] else value
    return Span(match.start(), end, reading.low[match.start() : end], quantity=Quantity(signed, said))


_FRACTION = re.compile(r"\b(?:(?:a|one) )?(?P<part>quarter|half|three quarters)(?= of (?:its|the|their) [a-z])")
_PARTS = {"quarter": 25.0, "half": 50.0, "three quarters": 75.0}
_TIME_OF = {"時": "h", "分": "min", "秒": "s"}
_PER_AFTER = re.compile(
    r"\s?(?:/|毎|per |(?<=[a-z°%c] )an? )\s?(?:(?P<s>s(?:ec(?:ond)?)?(?![a-z])|秒)|(?P<min>min(?:ute)?(?![a-z])|分(?!の))|(?P<h>h(?:ou)?r?(?![a-z])|時(?:間)?))(?! (?:ago|later|before|earlier|after)\b)"
)
_PER_VOLUME = re.compile(r"(?: of [a-z]+)? per (?:(?P<m3>cubic met(?:er|re)s?)|(?P<L>lit(?:er|re)s?))(?: of [a-z]+)?")


def _per(low: str, before: str | None, unit: str | None, end: int) -> tuple[str | None, int]:
    """A unit with what stands before or after it: 毎分10℃, 2 °C per minute, 20 grams of water per cubic metre."""
    if before is not None and (before, unit) in _PER:
        return _PER[before, unit or ""], end
    if unit is None or unit.startswith("#") or "/" in unit:
        return unit, end
    if before is not None:
        return f"{unit}/{next(_TIME_OF[c] for c in before if c in _TIME_OF)}", end
    if after := _PER_AFTER.match(low, end):
        return f"{unit}/{next(name for name, text in after.groupdict().items() if text)}", after.end()
    if volume := _PER_VOLUME.match(low, end):
        return f"{unit}/{'m3' if volume['m3'] else 'L'}", volume.end()
    return unit, end


def spelled(unit: str) -> str:
    """A unit in the spelling that the reading has: NFKC, small letters, no spaces."""
    return unicodedata.normalize("NFKC", unit).replace("µ", "μ").replace("·", "").replace(" ", "").lower()


def _as_pattern(unit: str) -> str:
    return re.escape(unit) + (r"(?![a-z0-9])" if re.match(r"[a-z0-9]", unit[-1]) else "")
