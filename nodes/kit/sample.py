"""A small registry that the examples of the kinds speak of: kilns, meeting rooms, a press, trucks and signal towers."""

from typing import Any

KILN: dict[str, Any] = {
    "id": "kiln", "label": {"ja": "炉", "en": "kiln"}, "topic": "plant/{device}/telemetry",
    "time": {"path": "ts", "format": "ms"},
    "fields": [
        {"name": "temperature", "path": "t.temp", "type": "number", "unit": "°C",
         "label": {"ja": "温度", "en": "temperature"}},
        {"name": "door", "type": "string", "label": {"ja": "扉", "en": "door"}},
        {"name": "lot", "type": "string", "label": {"ja": "ロット", "en": "lot"}},
    ],
}  # fmt: skip
ROOM: dict[str, Any] = {
    "id": "room", "label": {"ja": "会議室", "en": "meeting room"}, "topic": "office/{device}/air",
    "fields": [
        {"name": "co2", "type": "number", "unit": "ppm", "label": {"ja": "CO2濃度", "en": "CO2"}},
        {"name": "humidity", "type": "number", "unit": "%", "label": {"ja": "湿度", "en": "humidity"}},
        {"name": "people", "type": "integer", "label": {"ja": "人数", "en": "people"}},
    ],
}  # fmt: skip
TOWER: dict[str, Any] = {
    "id": "tower", "label": {"ja": "信号灯", "en": "signal tower"}, "topic": "plant/{device}/state",
    "fields": [{"name": "color", "type": "string", "label": {"ja": "色", "en": "colour"}}],
    "commands": [
        {"id": "set_color", "label": {"ja": "色を変える", "en": "set colour"}, "topic": "plant/{device}/set",
         "values": {"type": "object", "properties": {"color": {"enum": ["red", "yellow", "green", "off"]}},
                    "required": ["color"], "additionalProperties": False},
         "cooldown": "1s"},
    ],
}  # fmt: skip
REGISTRY: dict[str, Any] = {
    "types": [KILN, ROOM, TOWER],
    "devices": [
        {"id": "kiln-1", "type": "kiln", "label": {"ja": "1号炉", "en": "Kiln 1"}, "attributes": {"hall": "A"}},
        {"id": "kiln-2", "type": "kiln", "label": {"ja": "2号炉", "en": "Kiln 2"}, "attributes": {"hall": "B"}},
        {"id": "room-1", "type": "room", "label": {"ja": "会議室1", "en": "Room 1"}, "attributes": {"floor": 2}},
        {"id": "tower-1", "type": "tower", "label": {"ja": "信号灯1", "en": "Tower 1"}, "attributes": {"hall": "A"}},
        {"id": "tower-2", "type": "tower", "label": {"ja": "信号灯2", "en": "Tower 2"}, "attributes": {"hall": "B"}},
    ],
    "destinations": [
        {"id": "shift-channel", "service": "inbox", "label": {"ja": "現場チャンネル", "en": "shift channel"}},
        {"id": "mes", "service": "webhook", "label": {"ja": "生産管理システム", "en": "production system"}},
    ],
    "models": [{"id": "chat", "task": "chat", "label": {"ja": "言語モデル", "en": "language model"}}],
}  # fmt: skip
