"""Places on the earth: 北緯35.50度、東経139.70度を中心とする半径500m, a circle of 300 metres around 51.5000, -0.1200."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.facts import Spot
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Reading, Span

_DEGREES = r"\d{1,3}(?:\.\d+)?"
_SEPARATED = r"(?:度|°)?(?:[、,・/\s]|\s*and\s*)*"
_COORDINATES = (
    re.compile(rf"(?P<ns>北緯|南緯)\s?(?P<lat>{_DEGREES}){_SEPARATED}(?P<ew>東経|西経)\s?(?P<lon>{_DEGREES})(?:度|°)?"),
    re.compile(rf"(?:緯度|latitude|lat)\.?[:=は]?\s?(?P<lat>-?{_DEGREES}){_SEPARATED}(?:経度|longitude|lon|lng)\.?[:=は]?\s?(?P<lon>-?{_DEGREES})(?:度|°)?"),
    re.compile(rf"(?P<lat>{_DEGREES})\s?(?:°|degrees)?\s?(?P<ns>n|s|north|south)\b{_SEPARATED}(?P<lon>{_DEGREES})\s?(?:°|degrees)?\s?(?P<ew>e|w|east|west)\b"),
    re.compile(r"(?<![\d.])(?P<lat>-?\d{1,2}\.\d{2,})°?\s?[,/、]\s?(?P<lon>-?\d{1,3}\.\d{2,})°?(?!\d|\.\d)"),
)  # fmt: skip
_METRES = {"m": 1.0, "km": 1000.0, "mile": 1609.344, "ft": 0.3048}
_UNIT = r"(?P<unit>km|kilomet(?:er|re)s?|キロ(?:メートル)?|m(?![a-z/])|met(?:er|re)s?|メートル|miles?|feet|ft)"
_RADIUS = (
    re.compile(rf"(?:から|の|を中心(?:とする|とした|に(?:した)?)|周囲|周辺)*\s?(?:半径|周囲)\s?(?P<n>{NUMBER})\s?{_UNIT}(?:以内|圏内?)?"),
    re.compile(rf"(?:with )?(?:an? )?radius(?: of|:|=)?\s?(?P<n>{NUMBER})[ -]?{_UNIT}"),
    re.compile(rf"(?:an? )?circle (?:of|with)(?: radius)?\s?(?P<n>{NUMBER})[ -]?{_UNIT}(?: radius)?"),
    re.compile(rf"\bwithin (?P<n>{NUMBER})[ -]?{_UNIT}(?: of)?"),
    re.compile(rf"(?P<n>{NUMBER})[ -]?{_UNIT}[ -](?:radius(?: of)?|circle)"),
)  # fmt: skip
_BETWEEN = re.compile(
    r"(?:[\s、,()・;:]|を中心(?:とする|とした|に(?:した)?)|の地点|の|から|around|about|of|at|on|centred|centered|from|and|with|the point|a|an){0,6}"
)
_LEADS = (
    re.compile(r"(?P<name>[一-龠々ァ-ヶーA-Za-z]{1,12})\s?[(]?$"),
    re.compile(r"\b(?:the|our|a|an|its|their)\s(?P<name>[a-z]+(?:\s[a-z]+)?)\s?(?:[(]|at|around|near|centred on|centered on|,)\s?(?:an?\s)?$"),
)  # fmt: skip
_AFTER = re.compile(r"\s?[)]?(?:の|内の)?(?P<name>[\ue000-\uf8ff]|[一-龠々ァ-ヶー]{1,12}?)(?=に|を|から|へ|内|の外|で)")


def spots(reading: Reading, lang: str) -> Iterator[Span]:
    """One span for each place, with its radius where that stands beside it; the name that it is given is a part of it."""
    low = reading.low
    radii = [match for pattern in _RADIUS for match in pattern.finditer(low)]
    for pattern in _COORDINATES:
        for match in pattern.finditer(low):
            lat, lon = _signed(match, "lat", "ns"), _signed(match, "lon", "ew")
            if abs(lat) > 90 or abs(lon) > 180:
                continue
            start, end, radius = _with_radius(low, match.start(), match.end(), radii)
            start, end, name = _named(reading, start, end, lang)
            yield Span(start, end, low[start:end], fact=Spot(lat, lon, radius, name))


def _signed(match: re.Match[str], number: str, side: str) -> float:
    said = match.groupdict().get(side) or ""
    value = float(match[number])
    return -value if said in ("南緯", "西経", "s", "south", "w", "west") else value


def _with_radius(low: str, start: int, end: int, radii: list[re.Match[str]]) -> tuple[int, int, float | None]:
    for radius in radii:
        after = radius.start() >= end and _BETWEEN.fullmatch(low[end : radius.start()])
        before = radius.end() <= start and _BETWEEN.fullmatch(low[radius.end() : start])
        value = value_of(radius["n"])
        if (after or before) and value:
            return min(start, radius.start()), max(end, radius.end()), value * _metres(radius["unit"])
    return start, end, None


def _metres(unit: str) -> float:
    if unit.startswith(("km", "kilo", "キロ")):
        return _METRES["km"]
    return _METRES["mile"] if unit.startswith("mile") else _METRES["ft"] if unit.startswith("f") else _METRES["m"]


def _named(reading: Reading, start: int, end: int, lang: str) -> tuple[int, int, str]:
    """What the place is called, before it in brackets ("車庫(…)", "the yard (…)") or after it ("半径500mの車庫に")."""
    lead = (_LEADS[0] if lang == "ja" else _LEADS[1]).search(reading.low[:start])
    if lead is not None and (lang != "ja" or reading.low[start - 1] == "("):
        name = reading.text[lead.start("name") : lead.end("name")]
        closed = re.match(r"[)]", reading.low[end:])
        return lead.start("name"), end + (1 if closed else 0), name
    after = _AFTER.match(reading.low, end) if lang == "ja" else None
    if after is not None:
        return start, after.end("name"), reading.said(after.start("name"), after.end("name"))
    return start, end, ""
