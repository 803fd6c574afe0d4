"""Figures as a table: languages and parts side by side, for a terminal or for the documentation."""

from typing import Any

PARTS = {
    "tuned": "tuned", "apart": "apart", "second": "apart 2", "third": "apart 3", "fourth": "apart 4", "fifth": "apart 5",
}  # fmt: skip


def cells(author: str, parts: dict[str, dict[str, Any]]) -> list[list[str]]:
    """A row for each measure, a column for each language and part; the head first."""
    columns = [(part, lang) for lang in ("ja", "en") for part in parts if lang in parts[part]]
    rows = [[author, *(f"{lang} {PARTS.get(part, part)}" for part, lang in columns)]]
    shown = [parts[part][lang] for part, lang in columns]
    for name in shown[0] if shown else ():
        if name == "seconds":
            rows += [
                [f"seconds, {kind}", *(f"{one[name][kind]:.2f}" for one in shown)] for kind in ("median", "p95", "max")
            ]
        else:
            rows.append([name, *(cell(one[name]) for one in shown)])
    return rows


def cell(figure: Any) -> str:
    """A figure with its n."""
    if isinstance(figure, int):
        return str(figure)
    if "count" in figure:
        return f"{figure['count']} in {figure['in']}/{figure['of']}"
    return f"{figure['got']}/{figure['of']}" if figure["of"] else "–"


def as_text(rows: list[list[str]]) -> str:
    """Columns of equal width."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(text.rjust(w) for text, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_markdown(rows: list[list[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" + "|--:" * (len(rows[0]) - 1) + "|", *body]) + "\n"


def subject_cells(parts: dict[str, dict[str, Any]], part: str) -> list[list[str]]:
    """What the scenarios of a part are about: right of how many in each language, and what went wrong how often."""
    langs = parts.get(part, {})
    names = sorted({about for of in langs.values() for about in of})
    rows = [["subject", *langs, "wrong"]]
    for about in names:
        outcomes = {lang: langs[lang].get(about) for lang in langs}
        wrong = [
            f"{lang} {cause} {count}"
            for lang, outcome in outcomes.items()
            for cause, count in (outcome or {"wrong": {}})["wrong"].items()
        ]
        rows.append([about, *(cell(o) if o else "–" for o in outcomes.values()), ", ".join(wrong)])
    return rows
