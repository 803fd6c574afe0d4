"""Which words of a sentence became which nodes and settings: kept while the document is built."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from llm.authors.phrasebook.reading import Reading, Span
from nodes.kit.duration import format_duration


@dataclass
class Origins:
    """`nodes` and `settings`: by their names, the words that they were built of."""

    nodes: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    words: str = ""
    """Those that are being built."""

    @contextmanager
    def saying(self, words: str) -> Iterator[None]:
        """What is built meanwhile is built of `words` (where there are any)."""
        before, self.words = self.words, words or self.words
        yield
        self.words = before

    def made_of(self, words: str) -> dict[str, Any]:
        """What became of these words, as a part of a reading says it."""
        return {
            "nodes": [id for id, said in self.nodes.items() if said == words],
            "settings": {name: said for name, said in self.settings.items() if words and said in words},
        }

    def narrow(self, reading: Reading, spans: list[Span], settings: dict[str, Any]) -> None:
        """Of a setting that was said only the words that say its value; an assumed one was not said."""
        for name, words in list(self.settings.items()):
            setting, start = settings.get(name) or {}, reading.text.find(words)
            if setting.get("assumed", True) or start < 0:
                del self.settings[name]
                continue
            inside = [span for span in spans if start <= span.start < start + len(words)]
            said = next((span for span in inside if _says(span, setting["value"])), None)
            self.settings[name] = reading.words(said.start, said.end) if said is not None else words


def _says(span: Span, value: Any) -> bool:
    if isinstance(value, str):
        named = any(name.id == value for name in span.names)
        return named or (span.duration is not None and format_duration(span.duration) == value)
    return span.quantity is not None and span.quantity.number == value
