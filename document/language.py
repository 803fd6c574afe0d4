"""In which language a flow speaks."""

import re
from collections.abc import Iterator
from typing import Any, Literal

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")


def language(document: Any) -> Literal["ja", "en"]:
    """`ja` if the name, labels or texts of `document` hold Japanese letters, else `en`."""
    return "ja" if any(_JAPANESE.search(text) for text in _texts(document)) else "en"


def _texts(document: Any) -> Iterator[str]:
    if not isinstance(document, dict):
        return
    settings, nodes = document.get("settings"), document.get("nodes")
    spoken: list[Any] = [document.get("name"), document.get("description")]
    for setting in settings.values() if isinstance(settings, dict) else ():
        spoken.append(setting.get("label") if isinstance(setting, dict) else None)
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict):
            params = node.get("params")
            spoken += [node.get("label"), *(params.values() if isinstance(params, dict) else ())]
    yield from (text for text in spoken if isinstance(text, str))
