"""In which language a flow speaks."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from document.wiring import nodes_of

MESSAGE = "text"
"""The param of what a flow says to people."""
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")


def language(document: Any) -> Literal["ja", "en"]:
    """`ja` if the name or a label of `document` holds Japanese letters, or its texts do: one in several languages does not make a flow
    whose other messages are English a Japanese one."""
    if any(map(_is_japanese, _names(document))):
        return "ja"
    texts = list(_texts(document))
    japanese = sum(_is_japanese(text) for _, text in texts)
    english = sum(name == MESSAGE and not _is_japanese(text) for name, text in texts)
    return "ja" if japanese and japanese >= english else "en"


def _is_japanese(text: str) -> bool:
    return _JAPANESE.search(text) is not None


def _names(document: Any) -> Iterator[str]:
    if not isinstance(document, dict):
        return
    settings = document.get("settings")
    named = [*(settings.values() if isinstance(settings, dict) else ()), *(node for _, node in nodes_of(document))]
    given = [document.get("name"), document.get("description")]
    given += [one.get("label") for one in named if isinstance(one, dict)]
    yield from (text for text in given if isinstance(text, str))


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    """What params say, with their names."""
    for _, node in nodes_of(document):
        params = node.get("params")
        for name, value in params.items() if isinstance(params, dict) else ():
            if isinstance(value, str):
                yield name, value
