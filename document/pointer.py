"""JSON Pointers (RFC 6901)."""

from typing import Any

Path = tuple[str | int, ...]


def pointer(path: Path) -> str:
    """The pointer of `path`: ("nodes", 0, "a/b") -> "/nodes/0/a~1b"."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def parts(text: str) -> list[str]:
    """The keys of a pointer, unescaped; empty for the whole document."""
    return [key.replace("~1", "/").replace("~0", "~") for key in text.split("/")[1:]]


def place(text: str, document: Any) -> tuple[int, ...]:
    """Where a pointer lies in document order, to sort by; what does not exist comes last at its level."""
    found: list[int] = []
    for key in parts(text):
        if isinstance(document, dict):
            index = next((i for i, name in enumerate(document) if name == key), len(document))
            document = document.get(key)
        elif isinstance(document, list) and key.isascii() and key.isdigit() and len(key) < 10:
            index = int(key)
            document = document[index] if index < len(document) else None
        else:
            index, document = 0, None
        found.append(index)
    return tuple(found)
