"""A scenario of two devices as its folder holds it, small enough to be read in a test."""

import json
from pathlib import Path
from typing import Any

WORDS = {"ja": "炉", "en": "Oven"}
FLEET: dict[str, Any] = {
    "fleet": 1,
    "types": [
        {"id": "v_oven", "topic": "v/{device}/t", "period": "10s", "signals": [{"name": "temperature", "level": 20}],
         "faults": [{"id": "hot", "label": {"ja": "過熱", "en": "too hot"}, "add": {"temperature": 80}}]},
        {"id": "v_lamp", "topic": "v/{device}/state", "period": "10m", "signals": [{"name": "color", "value": "green"}],
         "listens": [{"topic": "v/{device}/set", "sets": {"color": ["green", "red"]}}]},
    ],
    "devices": [{"id": "v-oven-1", "type": "v_oven"}, {"id": "v-lamp-1", "type": "v_lamp"}],
}  # fmt: skip
REGISTRY: dict[str, Any] = {
    "types": [
        {"id": "v_oven", "label": WORDS, "topic": "v/{device}/t",
         "fields": [{"name": "temperature", "type": "number", "unit": "°C", "label": {"ja": "温度", "en": "temperature"}}]},
        {"id": "v_lamp", "label": {"ja": "灯", "en": "Lamp"}, "topic": "v/{device}/state",
         "fields": [{"name": "color", "type": "string"}],
         "commands": [{"id": "v_set", "label": {"ja": "色を変える", "en": "set colour"}, "topic": "v/{device}/set",
                       "values": {"type": "object", "properties": {"color": {"enum": ["green", "red"]}}}}]},
    ],
    "devices": [{"id": "v-oven-1", "type": "v_oven", "label": {"ja": "炉1", "en": "Oven 1"}},
                {"id": "v-lamp-1", "type": "v_lamp", "label": {"ja": "灯1", "en": "Lamp 1"}}],
    "destinations": [{"id": "v-boss", "service": "slack", "label": {"ja": "班長", "en": "foreman"}}],
}  # fmt: skip
FLOW: dict[str, Any] = {
    "suiro": 1, "name": "炉の過熱", "time_zone": "Asia/Tokyo",
    "nodes": [
        {"id": "oven", "kind": "devices", "params": {"type": "v_oven"}},
        {"id": "hot", "kind": "threshold", "from": ["oven"], "params": {"field": "temperature", "above": 80}},
        {"id": "tell", "kind": "notify", "from": ["hot.entered"],
         "params": {"to": "v-boss", "text": "{device}: {temperature} °C"}},
        {"id": "red", "kind": "command", "from": ["hot.entered"],
         "params": {"device": "v-lamp-1", "command": "v_set", "values": {"color": "red"}}},
    ],
    "tests": [{"name": "熱いと知らせる",
               "given": [{"device": "v-oven-1", "type": "v_oven", "at": "0s", "data": {"temperature": 70}},
                         {"device": "v-oven-1", "type": "v_oven", "at": "10s", "data": {"temperature": 90}}],
               "expect": [{"node": "tell", "device": "v-oven-1", "at": "10s"},
                          {"node": "red", "device": "v-lamp-1", "at": "10s", "data": {"values": {"color": "red"}}}]}],
}  # fmt: skip
BOTH = {"problem": "p", "solution": "s", "value": "v"}
ABOUT: dict[str, Any] = {
    "order": 1, "title": {"ja": "炉を見る", "en": "Watch an oven"}, "summary": {"ja": "熱いと知らせます。", "en": "Tells when it is hot."},
    "industries": ["factory"], "needs": ["safety"], "business": {"ja": BOTH, "en": BOTH}, "words": [],
    "signals": [{"device": "v-oven-1", "field": "temperature"}, {"device": "v-lamp-1", "field": "color"}],
    "switches": [{"key": "1", "device": "v-oven-1", "fault": "hot"}],
    "runs": [
        {"name": {"ja": "平常", "en": "As usual"}, "length": "2m"},
        {"name": {"ja": "過熱", "en": "Too hot"}, "length": "2m", "faults": ["v-oven-1:hot@30s-90s"],
         "expect": [{"kind": "notify", "to": "v-boss", "after": "30s", "within": "20s"},
                    {"kind": "command", "device": "v-lamp-1", "after": "30s", "within": "20s"}]},
    ],
    "savings": {"inputs": [{"name": "stop", "label": {"ja": "停止の費用", "en": "cost of a stop"}, "value": 1000,
                            "unit": {"ja": "円", "en": "JPY"}}],
                "results": [{"label": {"ja": "防いだ損失", "en": "loss avoided"}, "unit": {"ja": "円", "en": "JPY"},
                             "expr": "counts.tell * inputs.stop * 0.5"}]},
}  # fmt: skip
PROMPTS = {
    "prompts": [{"ja": "炉が80℃を超えたら班長に知らせる。", "en": "Tell the foreman when the oven is above 80 °C."}]
}


def write_scenario(folder: Path, name: str = "oven", **changed: Any) -> Path:
    """The gallery's folder with this one scenario in it; `changed` replaces parts of scenario.json."""
    place = folder / name
    place.mkdir(parents=True)
    files = {"fleet": FLEET, "registry": REGISTRY, "flow": FLOW, "prompts": PROMPTS, "scenario": {**ABOUT, **changed}}
    for file, content in files.items():
        (place / f"{file}.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return folder
