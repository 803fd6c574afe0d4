"""Where the numbers and durations of a document stand: in its settings, or as plain values in params."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llm.authors.phrasebook.reading import Quantity
from llm.authors.phrasebook.units import fits
from nodes.kit.catalog import Catalog
from nodes.kit.duration import parse_duration
from nodes.kit.things import Registry


@dataclass
class Place:
    """A value that a sentence may change; `words` are those by which a person may mean it."""

    name: str
    value: Any
    unit: str | None
    words: set[str]
    write: Callable[[Any, str | None], None]

    def put(self, value: Any, unit: str | None = None) -> None:
        self.write(value, unit)


def durations_in(document: dict[str, Any], catalog: Catalog) -> list[Place]:
    """Settings and params that hold a duration."""
    found = [place for place in _settings(document) if _is_duration(place.value)]
    return found + [place for place in _params(document, catalog, "format", "duration") if _is_duration(place.value)]


def numbers_in(document: dict[str, Any], catalog: Catalog, registry: Registry, said: Quantity) -> list[Place]:
    """Settings and params that hold a number in whose unit `said` can be."""
    found = [*_settings(document), *_params(document, catalog, "unit_of", None)]
    plain = [p for p in found if isinstance(p.value, int | float) and not isinstance(p.value, bool)]
    return [p for p in plain if fits(said.unit, p.unit)]


def fitting(places: list[Place], low: str, old: Any) -> Place | None:
    """The place that the words mean: by its old value, by its words, or because it is the only one."""
    if old is not None:
        same = [place for place in places if place.value == old]
        if len(same) == 1:
            return same[0]
    scored = sorted(
        ((sum(len(w) for w in place.words if w in low), at) for at, place in enumerate(places)), reverse=True
    )
    if scored and scored[0][0] > 0 and (len(scored) == 1 or scored[0][0] > scored[1][0]):
        return places[scored[0][1]]
    main = [place for place in places if "margin" not in place.name and "quiet" not in place.name]
    return main[0] if len(main) == 1 else None


def _is_duration(value: Any) -> bool:
    try:
        parse_duration(value)
    except ValueError:
        return False
    return True


_MEANT = {
    name: tuple(words.split())
    for name, _, words in (
        line.partition(": ")
        for line in """
limit: 限界 上限 しきい値 閾値 limit threshold
high: 上限 upper maximum high
low: 下限 lower minimum low
hold: 続 継続 持続 保持 hold stay last wait
quiet: 再通知 間隔 quiet silence repeat
span: 平均 集計 窓 average window
repeat: 繰り返 間隔 every repeat
every: ごと おき 間隔 every
margin: 戻り 幅 margin hysteresis
""".strip().splitlines()
    )
}


def meant_by(name: str) -> tuple[str, ...]:
    """The words by which people mean a setting of this name."""
    return _MEANT.get(re.sub(r"_\d+$", "", name), ())


def _settings(document: dict[str, Any]) -> list[Place]:
    found = []
    for name, setting in (document.get("settings") or {}).items():

        def write(value: Any, unit: str | None, setting: dict[str, Any] = setting) -> None:
            setting["value"], setting["assumed"] = value, False
            if unit is not None:
                setting["unit"] = unit

        words = {*_pieces(str(setting.get("label", ""))), *meant_by(name), name}
        found.append(Place(name, setting.get("value"), setting.get("unit"), words, write))
    return found


def _params(document: dict[str, Any], catalog: Catalog, mark: str, wanted: str | None) -> list[Place]:
    found = []
    for node in document.get("nodes", []):
        kind = catalog.get(node.get("kind"))
        properties = kind.Params.model_json_schema(by_alias=True).get("properties", {}) if kind else {}
        for name, schema in properties.items():
            marks = _marks(schema)
            if (
                mark not in marks
                or (wanted is not None and marks[mark] != wanted)
                or name not in (node.get("params") or {})
            ):
                continue

            def write(value: Any, unit: str | None, params: dict[str, Any] = node["params"], name: str = name) -> None:
                params[name] = value

            words = {name, node["id"], str(node.get("label", "")).lower()} - {""}
            found.append(Place(f"{node['id']}.{name}", node["params"][name], None, words, write))
    return found


def _marks(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, dict):
        return {}
    marks = dict(schema.get("x-suiro") or {})
    for part in schema.get("anyOf", []):
        marks |= _marks(part)
    return marks


def _pieces(label: str) -> list[str]:
    return re.findall(r"[a-z]{3,}|[一-龠ァ-ヶー]{2,}", label.lower())
