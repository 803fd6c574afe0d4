"""Registered things from a file: registry.json, a CSV with one device a line, or a CSV with one field of a type a line."""

import bisect
import csv
import io
import json
import re
from collections import Counter
from typing import Any

from document.parse import parse
from document.problems import problem, render

Entry = dict[str, Any]
LARGEST = 8 * 1024 * 1024
"""Bytes of a file."""
_DEVICE = {"id", "type", "label", "label_ja", "label_en", "also"}


def read_things(name: str, data: bytes, lang: str) -> tuple[Entry, list[Entry]]:
    """The things in the file, and problems with `line` and `column`. CSV by its name, or by not beginning with `{`."""
    if name.lower().endswith(".json") or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        parsed, problems = parse(data, LARGEST)
        return parsed or {}, [_placed(render(p, lang), p.args.get("line"), p.args.get("column")) for p in problems]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp932")
        except UnicodeDecodeError:
            return {}, [_placed(render(problem("not_utf8", ""), lang), 1, 1)]
    return _read_csv(text, lang)


def with_lines(name: str, data: bytes, problems: list[Entry]) -> list[Entry]:
    """The same problems with `line` and `column` of what their JSON Pointer points at."""
    try:
        text = data.decode("utf-8-sig")
        lines = pointer_lines(text) if text.lstrip().startswith("{") else _csv_lines(text)
    except (ValueError, UnicodeDecodeError):
        return problems
    return [_placed(found, *_nearest(lines, found["path"])) for found in problems]


def pointer_lines(text: str) -> dict[str, tuple[int, int]]:
    """Line and column (from 1) of every value of a JSON text, by JSON Pointer."""
    places: dict[str, tuple[int, int]] = {}
    decoder, starts = json.JSONDecoder(), [0, *(m.end() for m in re.finditer("\n", text))]

    def place(at: int) -> tuple[int, int]:
        line = bisect.bisect_right(starts, at)
        return line, at - starts[line - 1] + 1

    def skip(at: int) -> int:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        return at

    def walk(at: int, pointer: str) -> int:
        at = skip(at)
        places[pointer] = place(at)
        if text[at] not in "{[":
            return decoder.raw_decode(text, at)[1]
        close, is_object, index = "}" if text[at] == "{" else "]", text[at] == "{", 0
        at = skip(at + 1)
        while text[at] != close:
            key = str(index)
            if is_object:
                key, at = decoder.raw_decode(text, at)
                at = skip(at) + 1
            at = skip(walk(at, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"))
            at, index = (skip(at + 1) if text[at] == "," else at), index + 1
        return at + 1

    walk(0, "")
    return places


def _read_csv(text: str, lang: str) -> tuple[Entry, list[Entry]]:
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as wrong:
        return {}, [_placed(render(problem("bad_value", "", detail=str(wrong)), lang), 1, 1)]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    of_fields = "field" in header
    for needed in ("type", "field") if of_fields else ("id", "type"):
        if needed not in header:
            return {}, [_placed(render(problem("missing_key", "", key=needed), lang), 1, 1)]
    lines = [(n, dict(zip(header, map(str.strip, row), strict=False))) for n, row in enumerate(rows[1:], 2) if any(row)]
    return (_types(lines), []) if of_fields else (_devices(lines), [])


def _devices(lines: list[tuple[int, dict[str, str]]]) -> Entry:
    devices = []
    for _, row in lines:
        attributes = {key: _value(cell) for key, cell in row.items() if key and key not in _DEVICE and cell}
        entry = {"id": row["id"], "type": row.get("type", ""), "label": _label(row), "attributes": attributes}
        devices.append(entry | ({"also": _words(row["also"])} if row.get("also") else {}))
    return {"devices": devices}


def _types(lines: list[tuple[int, dict[str, str]]]) -> Entry:
    types: dict[str, Entry] = {}
    for _, row in lines:
        entry = types.setdefault(row["type"], {"id": row["type"], "fields": [], "label": _label(row, "type_label")})
        if row.get("topic"):
            entry["topic"] = row["topic"]
        if row.get("qos"):
            entry["qos"] = _value(row["qos"])
        if row.get("time_path"):
            entry["time"] = {"path": row["time_path"], "format": row.get("time_format") or "rfc3339"}
        field = {"name": row["field"], "type": row.get("field_type") or "number", "label": _label(row)}
        field |= {key: row[key] for key in ("path", "unit") if row.get(key)}
        entry["fields"].append(field | ({"also": _words(row["also"])} if row.get("also") else {}))
    return {"types": list(types.values())}


def _csv_lines(text: str) -> dict[str, tuple[int, int]]:
    """Where the device or field of a JSON Pointer stands in a CSV file."""
    rows = list(csv.reader(io.StringIO(text)))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    lines = [n for n, row in enumerate(rows[1:], 2) if any(row)]
    places: dict[str, tuple[int, int]] = {}
    if "field" not in header:
        for index, line in enumerate(lines):
            places[f"/devices/{index}"] = (line, 1)
            places |= {f"/devices/{index}/{key}": (line, column) for column, key in enumerate(header, 1)}
        return places
    types: dict[str, int] = {}
    fields: Counter[str] = Counter()
    for line in lines:
        name = rows[line - 1][header.index("type")].strip()
        first = name not in types
        types.setdefault(name, len(types))
        at = f"/types/{types[name]}"
        index = fields[name]
        fields[name] += 1
        if first:
            places[at] = (line, 1)
        places[f"{at}/fields/{index}"] = (line, header.index("field") + 1)
    return places


def _nearest(places: dict[str, tuple[int, int]], pointer: str) -> tuple[int | None, int | None]:
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return places.get("", (None, None))


def _placed(shown: Entry, line: int | None, column: int | None) -> Entry:
    return {**shown, "line": line, "column": column} if line else shown


def _label(row: dict[str, str], name: str = "label") -> dict[str, str]:
    label = {lang: row[f"{name}_{lang}"] for lang in ("ja", "en") if row.get(f"{name}_{lang}")}
    return label or ({"ja": row[name], "en": row[name]} if row.get(name) else {})


def _words(cell: str) -> list[str]:
    return [word.strip() for word in re.split(r"[;、|]", cell) if word.strip()]


def _value(cell: str) -> Any:
    """A number where it is one, else the text."""
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell) if re.fullmatch(r"-?\d+\.\d+", cell) else cell
    except ValueError:
        return cell
