"""Files as spreadsheets write them: which letters, which columns, which values, and what is wrong where."""

from typing import Any

import pytest

from document.tables import MOST_COLUMNS, MOST_ROWS
from flows.tables.changes import changes
from flows.tables.columns import Column
from flows.tables.preview import preview, proposed_id
from flows.tables.reading import MOST_NAMED, Reading, Wish, read_table
from flows.tables.sheet import LARGEST, Unreadable, read_sheet, write_sheet

PARTS = '品番,上限温度(℃),数量(個),検査,備考\r\nA-100,80,5,○,"試作, 10月まで"\r\nA-200,95.5,１２,×,\r\n'


def read(text: str, encoding: str = "utf-8", table: Any = None, **wish: Any) -> Reading:
    return read_table(text.encode(encoding), Wish(**wish), table)


def faults(reading: Reading) -> list[tuple[Any, ...]]:
    return [(fault.code, fault.row, fault.place) for fault in reading.faults]


def column(text: str, place: int = 0) -> Column:
    return read(text).columns[place]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_alike_however_it_was_saved(encoding: str, separator: str) -> None:
    text = PARTS.replace("試作, 10月まで", "\0").replace(",", separator).replace("\0", "試作, 10月まで")
    reading = read(text, encoding)
    assert not reading.faults
    assert reading.sheet.separator == separator
    assert reading.sheet.encoding == encoding.removesuffix("-sig")
    entry = reading.entry(Wish(id="parts"))
    assert entry["key"] == "品番"
    assert entry["columns"] == [
        {"name": "品番", "type": "string", "label": {"ja": "品番"}},
        {"name": "上限温度", "type": "number", "unit": "°C", "label": {"ja": "上限温度"}},
        {"name": "数量", "type": "number", "unit": "個", "label": {"ja": "数量"}},
        {"name": "検査", "type": "boolean", "label": {"ja": "検査"}},
        {"name": "備考", "type": "string", "label": {"ja": "備考"}},
    ]
    assert entry["rows"] == [["A-100", 80, 5, True, "試作, 10月まで"], ["A-200", 95.5, 12, False, None]]


def test_letters_of_western_europe_are_told_from_japanese_ones() -> None:
    reading = read("Größe;Länge [mm]\nA;80,5\nB;1.200,75\n", "cp1252")
    assert (reading.sheet.encoding, reading.columns[1].name, reading.columns[1].unit) == ("cp1252", "Länge", "mm")
    assert [values for _, values in reading.values] == [["A", 80.5], ["B", 1200.75]]
    assert read("ｺｰﾄﾞ,ﾎﾟﾝﾌﾟ\nA,1\n", "cp932").columns[0].name == "コード"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", 0),
        (b"\r\n,,\r\n", "empty", 0),
        (b"PK\x03\x04", "workbook", 0),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook", 0),
        (b"a\x00b,c\n", "not_text", 0),
        (b'a,b\n1,"2\n3,4\n', "broken", 3),
        (b"a,b\n" + b"x" * 200_000, "broken", 2),
        (b"a," * 201, "too_wide", 0),
        (b"a" * (LARGEST + 1), "too_large", 0),
    ],
    ids=["nothing", "only separators", "xlsx", "xls", "binary", "open quote", "endless cell", "wide", "large"],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read_table(data, Wish())
    assert (refused.value.code, refused.value.line) == (code, line)


@pytest.mark.parametrize(
    ("cells", "type"),
    [
        (["80", "95"], "integer"),
        (["80", "95.5"], "number"),
        (["1,200", "-3", "▲5"], "integer"),
        (["1.5E+05", "2"], "number"),
        (["0012", "0013"], "string"),
        (["4901234567890123", "1"], "string"),
        (["12E3", "13E4"], "string"),
        (["+81-3", "1"], "string"),
        (["はい", "いいえ"], "boolean"),
        (["TRUE", "false", ""], "boolean"),
        (["1", "0"], "integer"),
        (["A", "1"], "string"),
        (["80", "hot", "95"], "integer"),
        (["", ""], "string"),
    ],
)
def test_the_type_of_a_column_is_found_in_its_cells(cells: list[str], type: str) -> None:
    text = "code,x\n" + "".join(f'c{n},"{cell}"\n' for n, cell in enumerate(cells))
    assert column(text, 1).type == type


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("Max temperature (°C)", "max_temperature", "°C"),
        ("上限温度【℃】", "上限温度", "°C"),
        ("Limit [kW]", "limit", "kW"),
        ("Limit (max)", "limit_max", None),
        ("1次電圧", "_1次電圧", None),
        ("Zählwert %", "Zählwert", "%"),
        ("device", "device_2", None),
        ("!!!", "column_2", None),
    ],
)
def test_names_and_units_come_from_the_header(header: str, name: str, unit: str | None) -> None:
    found = column(f"code,{header}\nA,1\nB,2.5\n", 1)
    assert (found.name, found.unit) == (name, unit)


def test_the_first_column_that_tells_the_rows_apart_is_proposed_as_the_key() -> None:
    assert read("line,code\n1,A\n1,B\n").key == 1
    assert read("line,code\n1,A\n1,A\n").key == 0
    assert read("line,code\n,A\n1,B\n").key == 1


def test_columns_without_a_header_are_left_out_and_empty_ones_are_none() -> None:
    reading = read("code,,limit,,\nA,x,1,,\nB,y,2,,\n")
    assert [(c.name, c.take) for c in reading.columns] == [("code", True), ("column_2", False), ("limit", True)]
    assert not reading.faults


def test_problems_are_named_by_the_row_of_the_spreadsheet_and_the_column() -> None:
    reading = read('code,limit\nA,80\n\nB,hot\n,70\n"A ",85\nC,90,\nD,91\nE,92\n')
    assert faults(reading) == [("no_integer", 4, 1), ("empty_key", 5, 0), ("key_again", 6, 0)]
    assert reading.faults[2].facts == {"cell": "A", "first": 2}
    shown = preview(reading)
    assert [row["row"] for row in shown["rows"]] == [2, 4, 5, 6, 7, 8]
    assert shown["faults"][0]["column"] == "limit"


def test_numbers_are_one_key_when_they_are_one_value() -> None:
    assert faults(read("n,x\n5,1\n5.0,2\n6.5,3\n", key=0)) == [("key_again", 3, 0)]


def test_a_choice_of_type_key_and_columns_holds() -> None:
    columns = read(PARTS).columns
    columns[1].type, columns[2].take, columns[3].take, columns[4].take = "string", False, False, False
    reading = read(PARTS, columns=columns, key=1)
    assert reading.entry(Wish())["key"] == "上限温度"
    assert [values for _, values in reading.values] == [["A-100", "80"], ["A-200", "95.5"]]


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "bad_name"), ("a b", "bad_name"), ("a/b", "bad_name"), ("1a", "bad_name"), ("a-b", "bad_name"),
     ("<b>", "bad_name"), ("x" * 65, "bad_name"), ("settings", "reserved_name"), ("code", "name_again")],
)  # fmt: skip
def test_names_that_nobody_can_use_are_problems(name: str, code: str) -> None:
    text = "code,limit\nA,1\n"
    columns = read(text).columns
    columns[1].name = name
    assert faults(read(text, columns=columns)) == [(code, 1, 1)]


def test_the_key_cannot_be_left_out() -> None:
    columns = read("code,limit\nA,1\n").columns
    columns[0].take = False
    assert "key_left_out" in read("code,limit\nA,1\n", columns=columns).counts


def test_there_are_at_most_so_many_rows_and_columns() -> None:
    long = "n\n" + "\n".join(map(str, range(MOST_ROWS)))
    assert not read(long).faults
    assert read(f"{long}\nx\ny").faults[0].facts == {"most": MOST_ROWS, "count": MOST_ROWS + 2}
    wide = ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1))
    assert faults(read(f"{wide}\n{wide}\n")) == [("too_many_columns", None, None)]
    assert faults(read("a,b\n")) == [("no_rows", None, None)]


def test_of_very_many_problems_the_first_are_named_and_all_are_counted() -> None:
    reading = read("n\n" + "1\n" * 5_000)
    assert (len(reading.faults), reading.counts["key_again"]) == (MOST_NAMED, 4_999)
    assert len(preview(reading)["rows"]) <= 20


@pytest.mark.parametrize("text", ["=1+1", "+81", "-x", "@cmd", "'=1", "''-", "plain", "a,b", 'a"b', "行\n改行"])
def test_what_is_written_is_read_again_and_is_no_formula_in_a_spreadsheet(text: str) -> None:
    data = write_sheet(["code", "x"], [["A", text], ["B", 1.5], ["C", True], ["D", None]])
    assert data.startswith(b"\xef\xbb\xbf")
    sheet = read_sheet(data, 10)
    assert [row.cells for row in sheet.rows] == [["A", text], ["B", "1.5"], ["C", "TRUE"], ["D", ""]]
    assert not any(
        cell[:1] in "=+-@" for line in data.decode("utf-8-sig").split("\r\n")[1:2] for cell in line.split(",")[1:]
    )


@pytest.mark.parametrize(
    ("name", "id", "label"),
    [
        ("Error Codes.csv", "error-codes", {"en": "Error Codes"}),
        ("品番表_2026 (1).csv", "品番表-2026", {"ja": "品番表 2026"}),
        ("..\\..\\etc/pass wd#.csv", "pass-wd", {"en": "pass wd#"}),
        ("parts.csv", "parts-2", {"en": "parts"}),
        ("", "table", {}),
    ],
)
def test_an_id_is_proposed_from_the_name_of_the_file(name: str, id: str, label: dict[str, str]) -> None:
    assert proposed_id(name, ["parts"]) == (id, label)


BEFORE = {
    "id": "t",
    "key": "code",
    "columns": [{"name": "code", "type": "string"}, {"name": "limit", "type": "number", "unit": "°C", "label": {"ja": "上限", "en": "Limit"}},
                {"name": "note", "type": "string"}],
    "rows": [["A", 80, "x"], ["B", 90, None], ["C", 70, "z"]],
}  # fmt: skip


def test_a_file_for_a_table_finds_its_columns_by_name_or_words_and_keeps_their_facts() -> None:
    reading = read("Note,LIMIT (°C),Code,客先\nx,81,A,青葉\n", table=BEFORE)
    assert [(c.known, c.name, c.type, c.take) for c in reading.columns] == [
        ("note", "note", "string", True), ("limit", "limit", "number", True), ("code", "code", "string", True),
        (None, "客先", "string", False),
    ]  # fmt: skip
    assert (reading.key, reading.columns[1].unit) == (2, "°C")


def test_what_replacing_changes_is_told_by_key_and_column() -> None:
    after = read("code,limit,customer\nA,81,x\n B,90,y\nD,1,z\n", table=BEFORE)
    after.columns[2].take = True
    again = read("code,limit,customer\nA,81,x\n B,90,y\nD,1,z\n", table=BEFORE, columns=after.columns)
    found = changes(BEFORE, again.entry(Wish(id="t")))
    assert (found.added, found.changed, found.removed, found.same) == (1, 1, 1, 1)
    assert (found.new_columns, found.gone_columns, found.key) == (["customer"], ["note"], None)
    assert found.examples["changed"] == [{"key": "A", "cells": [{"name": "limit", "before": 80, "after": 81}]}]
    assert [row["key"] for row in found.examples["removed"]] == ["C"]
    assert not changes(BEFORE, BEFORE).any()
