"""A small scenario for demos: the kilns of the first flow, with a switch on a key and a story of two steps."""

import json
from pathlib import Path
from typing import Any

from gallery.scenario import GALLERY, Scenario

RUN = {"name": {"ja": "一", "en": "one"}, "length": "5m"}
CASE = {"problem": "p", "solution": "s", "value": "v"}
ABOUT: dict[str, Any] = {
    "order": 0,
    "title": {"ja": "炉の過熱", "en": "An overheating kiln"},
    "summary": {"ja": "炉を見る。", "en": "Kilns are watched."},
    "industries": ["factory"],
    "needs": ["safety"],
    "business": {"ja": CASE, "en": CASE},
    "words": [],
    "runs": [RUN, RUN],
    "play": {"speed": 10},
    "signals": [{"device": "kiln-2", "field": "temperature"}, {"device": "tower-1", "field": "color"}],
    "switches": [
        {"key": "1", "device": "kiln-2", "fault": "overheat", "label": {"ja": "2号炉の過熱", "en": "Kiln 2 overheats"}},
        {"key": "2", "device": "kiln-1", "fault": "noisy"},
    ],
    "steps": [
        {"title": {"ja": "朝", "en": "Morning"}, "notes": {"ja": "ひみつ", "en": "A secret of the speaker"}},
        {"title": {"ja": "熱い", "en": "Hot"}, "notes": {"ja": "ひみつ", "en": "Another"}, "switch": "1", "speed": 60},
    ],
}


def kilns(folder: Path, *, approval: bool = False, **about: Any) -> Scenario:
    """In `folder`; with `approval` the lamp is switched by a person's leave only."""
    first = GALLERY / "first"
    for name in ("fleet.json", "flow.json", "prompts.json"):
        (folder / name).write_bytes((first / name).read_bytes())
    registry = json.loads((first / "registry.json").read_text("utf-8"))
    for type in registry["types"]:
        for command in type["commands"]:
            command["approval"] = approval
    (folder / "registry.json").write_text(json.dumps(registry), "utf-8")
    (folder / "scenario.json").write_text(json.dumps({**ABOUT, **about}), "utf-8")
    return Scenario(folder)
