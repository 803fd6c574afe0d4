"""The product's own colours and font, read where the product has them: static/suiro/tokens.css."""

import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[2] / "static" / "suiro" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);")
FONT = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue','Hiragino Sans','Yu Gothic UI','Noto Sans JP',"
    "'Noto Sans CJK JP','Noto Sans',system-ui,sans-serif"
)


@cache
def colours() -> tuple[dict[str, str], dict[str, str]]:
    """By name: the colours for light and for dark."""
    pairs = PAIR.findall(TOKENS.read_text("utf-8"))
    return {name: light for name, light, _ in pairs}, {name: dark for name, _, dark in pairs}
