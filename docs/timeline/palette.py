"""The product's own colours and font, read where the product has them: static/suiro/tokens.css."""

import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "static" / "suiro" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);")
FACE = re.compile(r"--font: ([^;]+);")


@cache
def colours() -> tuple[dict[str, str], dict[str, str]]:
    """By name: the colours for light and for dark."""
    pairs = PAIR.findall(TOKENS.read_text("utf-8"))
    return {name: light for name, light, _ in pairs}, {name: dark for name, _, dark in pairs}


@cache
def font() -> str:
    """The system's own sans-serif, with Japanese ones behind it."""
    found = FACE.search(TOKENS.read_text("utf-8"))
    return re.sub(r"\s+", " ", found[1]).replace('"', "'") if found else "sans-serif"
