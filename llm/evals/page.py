"""The dated tables of docs/evals.md: one section for each author, between its marks; the words around them stay."""

import re
from pathlib import Path
from typing import Any

from llm.evals.table import as_markdown, subject_cells

PAGE = Path(__file__).parents[2] / "docs" / "evals.md"
APART = {
    "apart": "The first set kept apart",
    "second": "The second set kept apart",
    "third": "The third set kept apart",
    "fourth": "The fourth set kept apart",
    "fifth": "The fifth set kept apart",
}


def written(page: str, name: str, day: str, rows: list[list[str]], about: dict[str, dict[str, Any]]) -> str:
    """`page` with the section of the author `name` put in, or put in the place of its older one."""
    begin, end = f"<!-- figures of {name} -->", f"<!-- end of {name} -->"
    parts = [begin, f"### {name}, {day}", "", as_markdown(rows)]
    for part, title in APART.items():
        if part in about:
            parts += [f"{title}, by subject:", "", as_markdown(subject_cells(about, part))]
    section = "\n".join([*parts, end])
    if begin in page:
        return re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: section, page, flags=re.DOTALL)
    return page.rstrip() + "\n\n" + section + "\n"
