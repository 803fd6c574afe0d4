"""Files that people take along: as document.export writes them, with each row of a table on a line of its own, so that
a diff shows which rows changed."""

import json
import re
import secrets
from typing import Any

from document.export import pretty

Entry = dict[str, Any]


def file_text(whole: Entry, registry: Entry) -> str:
    """`whole` as JSON; `registry` is that part of it, or all of it, which holds tables."""
    mark = secrets.token_hex(8)
    rows = {f"{mark}{n}": table["rows"] for n, table in enumerate(registry.get("tables", [])) if table.get("rows")}
    tables = [
        {**table, "rows": f"{mark}{n}"} if table.get("rows") else table for n, table in enumerate(registry["tables"])
    ]
    short = {**registry, "tables": tables}
    text = pretty(short if whole is registry else {**whole, "registry": short})

    def lines(found: re.Match[str]) -> str:
        written = ",\n".join(f"{found[1]}  {json.dumps(row, ensure_ascii=False)}" for row in rows[found[2]])
        return f'{found[1]}"rows": [\n{written}\n{found[1]}]'

    return re.sub(rf'^( *)"rows": "({mark}\d+)"', lines, text, flags=re.MULTILINE)
