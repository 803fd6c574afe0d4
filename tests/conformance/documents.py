"""The document and registry that CONTRACTS sections 2 and 3 print, word for word."""

import json
from typing import Any

DOCUMENT: dict[str, Any] = json.loads("""
{
  "suiro": 1,
  "name": "Kiln overheating",
  "time_zone": "Asia/Tokyo",
  "settings": {"limit": {"value": 80, "unit": "°C", "label": "Overheating limit", "assumed": false}},
  "nodes": [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": "$limit", "margin": 2, "for": "5m"}},
    {"id": "tell", "kind": "notify", "from": ["hot.entered"], "params": {"to": "shift-channel", "text": "{device} is at {temperature} °C"}},
    {"id": "calm", "kind": "notify", "from": ["hot.cleared"], "params": {"to": "shift-channel", "text": "{device} has cooled"}}
  ],
  "tests": [
    {"name": "tells once after five minutes",
     "given": [{"device": "k1", "type": "kiln", "every": "10s", "until": "7m", "data": {"temperature": 85}}],
     "expect": [{"node": "tell", "device": "k1", "at": "5m", "within": "10s"}]}
  ]
}
""")

REGISTRY: dict[str, Any] = json.loads("""
{
  "types": [{
    "id": "kiln", "label": {"ja": "炉", "en": "kiln"}, "topic": "plant/{device}/telemetry", "qos": 1,
    "time": {"path": "ts", "format": "ms"},
    "fields": [{"name": "temperature", "path": "t.temp", "type": "number", "unit": "°C",
                "label": {"ja": "温度", "en": "temperature"}, "also": ["炉温"]}],
    "commands": []
  }, {
    "id": "tower", "label": {"ja": "信号灯", "en": "signal tower"}, "topic": "plant/{device}/state", "fields": [],
    "commands": [{"id": "set_color", "label": {"ja": "色を変える", "en": "set colour"}, "topic": "plant/{device}/set",
                  "values": {"type": "object", "properties": {"color": {"enum": ["red", "yellow", "green", "off"]}}, "required": ["color"]},
                  "cooldown": "1s", "approval": false}]
  }],
  "devices": [{"id": "kiln-1", "type": "kiln", "label": {"ja": "1号炉", "en": "Kiln 1"}, "attributes": {"hall": "A"}},
              {"id": "tower-1", "type": "tower", "label": {"ja": "信号灯1", "en": "Tower 1"}, "attributes": {"hall": "A"}}],
  "destinations": [{"id": "shift-channel", "service": "slack", "label": {"ja": "現場チャンネル", "en": "shift channel"}}],
  "models": [{"id": "helmet-v1", "task": "detect", "label": {"ja": "ヘルメット検出", "en": "helmet detector"}}]
}
""")
