"""`python -m bench.ai numbers [--write]`: the tables of a part, printed, and with --write dated into docs/ai.md."""

import argparse
import importlib
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ai.md"
PARTS = ("numbers", "detector", "pictures", "optimise")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ai")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--write", action="store_true", help="put the tables into docs/ai.md")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for part in asked.parts or PARTS:
        text: str = importlib.import_module(f"bench.ai.{part}").page()
        print(text)
        if asked.write:
            _write(part, f"Measured on {datetime.now(UTC):%Y-%m-%d} by `python -m bench.ai {part}`.\n\n{text}")


def _write(part: str, text: str) -> None:
    """Between `<!-- part -->` and `<!-- /part -->`."""
    begin, end = f"<!-- {part} -->", f"<!-- /{part} -->"
    page = PAGE.read_text("utf-8")
    before, after = page.split(begin)[0], page.split(end)[1]
    PAGE.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
