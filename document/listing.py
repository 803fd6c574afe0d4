"""The page that lists every problem code: `python -m document.listing` prints what docs/problems.md holds."""

import sys

from document.problems import AREAS
from document.words.code import Code


def problems_page() -> str:
    """Markdown: the codes by area, with what they say in English and Japanese. `{name}` stands for a value."""
    lines = ["# Problems", "", "Every `code` that validation, a trace or a command may give. The list is closed.", ""]
    for area, codes in AREAS.items():
        lines += [f"## {area}", "", "| code | severity | English | 日本語 |", "|---|---|---|---|"]
        lines += [_row(code, entry) for code, entry in sorted(codes.items())]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(code: str, entry: Code) -> str:
    said = [" ".join(part for part in (entry.message[lang][0], entry.hint[lang][-1]) if part) for lang in ("en", "ja")]
    return f"| `{code}` | {entry.severity} | {' | '.join(text.replace('|', '/') for text in said)} |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(problems_page())
