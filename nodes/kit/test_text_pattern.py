"""text_pattern: every rule of the module's first lines."""

import time
from typing import Any

import pytest

from nodes.kit.text_pattern import BadPattern, TextPattern


def read(pattern: str, text: str, *, whole: bool = True) -> dict[str, str] | None:
    return TextPattern(pattern).read(text, whole=whole)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("T={t:number} H={h:number}", "T=21.5 H=40", {"t": "21.5", "h": "40"}),
        ("T={t:number} H={h:number}", "  T=21.5 \t\r\n H=40\r\n", {"t": "21.5", "h": "40"}),
        ("T={t:number}\n\nH={h:number}", "T=21.5 H=40", {"t": "21.5", "h": "40"}),
        ("T={t:number}kg", "T=  21.5  kg", {"t": "21.5"}),
        ("{a},{b},{c}", "x,,z", {"a": "x", "b": "", "c": "z"}),
        ("{a},{b}", "x,y,z", {"a": "x", "b": "y,z"}),
        ("{a} end", "x end y end", {"a": "x end y"}),
        ("{a}end", "end", {"a": ""}),
        ("[{level}] {text:string}", "[WARN] pump  is\thot", {"level": "WARN", "text": "pump is hot"}),
        ("{{{a}}}", "{x}", {"a": "x"}),
        ("温度：{温度:number}℃", "温度：21.5℃", {"温度": "21.5"}),
        ("温度 {温度:number}", "温度　21.5", {"温度": "21.5"}),
        ("on={a:boolean};", "on=TRUE;", {"a": "TRUE"}),
        ("{n:integer}", "-12", {"n": "-12"}),
        ("{n:integer}{unit}", "12mm", {"n": "12", "unit": "mm"}),
        ("a.*b{x}", "a.*b1", {"x": "1"}),
    ],
)
def test_holes_take_what_stands_in_their_place(pattern: str, text: str, found: dict[str, str]) -> None:
    assert read(pattern, text) == found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("T={t:number}", "T=warm"), ("T={t:number}", "t=21.5"), ("T={t:number}", "T=21.5 C"), ("T={t:number}", "xT=21.5"),
        ("T={t:number}kg", "T=21.5xkg"), ("T={t:number} H={h:number}", "T=21.5H=40"), ("{a},{b}", "x"), ("{a} end", "x"),
        ("{a}={n:integer}", "x=y=5"), ("{n:integer}", "1.5"), ("{a}end", "en"), ("{n:integer};{a};{b}", "1;"), ("T={t:number}", ""), ("ab{a}b", "ab"),
    ],
)  # fmt: skip
def test_a_text_that_does_not_fit_gives_nothing(pattern: str, text: str) -> None:
    assert read(pattern, text) is None


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("T={t:number}", "log T=21.5 C", {"t": "21.5"}),
        ("T={t:number}", "OUT=x T=5", {"t": "5"}),
        ("T={t:number}", "T=5 C", {"t": "5"}),
        ("=={n:integer}", "===5", {"n": "5"}),
        ("{t:number}C", "at 3 it was 21.5C", {"t": "21.5"}),
        ("id={id} ", "a id=7 b", {"id": "7 b"}),
        ("id={id};", "a id=7; b; c", {"id": "7"}),
        ("{a}={n:integer}", "x=5 y", {"a": "x", "n": "5"}),
        ("T={t:number}", "nothing", None),
    ],
)
def test_what_need_not_be_whole_is_found_at_the_first_place_where_all_of_it_fits(
    pattern: str, text: str, found: dict[str, str] | None
) -> None:
    assert read(pattern, text, whole=False) == found


@pytest.mark.parametrize(
    ("pattern", "code", "details"),
    [
        ("", "too_short", {"min": 1, "count": 0}),
        ("no hole", "too_short", {"min": 1, "count": 0}),
        ("{a", "text_syntax", {"position": 1}),
        ("ab {a}}", "text_syntax", {"position": 7}),
        ("{}", "bad_pattern", {"value": "{}", "pattern": "{name:number}"}),
        ("{a b}", "bad_pattern", {"value": "{a b}", "pattern": "{name:number}"}),
        ("{a.b}", "bad_pattern", {"value": "{a.b}", "pattern": "{name:number}"}),
        ("{a}{b}", "bad_pattern", {"value": "{a}{b}", "pattern": "{a}, {b}"}),
        ("{a:text}", "not_allowed_value", {"value": "text", "names": ["number", "integer", "boolean", "string"]}),
        ("{a:}", "not_allowed_value", {"value": "", "names": ["number", "integer", "boolean", "string"]}),
        (",".join(f"{{a{n}}}" for n in range(201)), "too_long", {"max": 200, "count": 201}),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str, code: str, details: dict[str, Any]) -> None:
    with pytest.raises(BadPattern) as caught:
        TextPattern(pattern)
    assert (caught.value.code, caught.value.details) == (code, details)


def test_two_hundred_holes_are_read() -> None:
    pattern = ",".join(f"{{a{n}:integer}}" for n in range(200))
    found = read(pattern, ",".join(map(str, range(200))))
    assert found is not None
    assert (found["a0"], found["a199"]) == ("0", "199")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("1{n:integer}x", "1" * 65_536),
        ("a{x}b{n:integer}", "a" * 32_768 + "b" * 32_768),
        ("{n:number}x", "1." * 32_768),
        (",".join(f"{{a{n}}}" for n in range(200)), "," * 65_536),
        ("a{x}z", "a" * 65_536),
        (" {x} z", " a" * 32_768),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_no_text_takes_long(pattern: str, text: str, whole: bool) -> None:
    started = time.process_time()
    read(pattern, text, whole=whole)
    assert time.process_time() - started < 1
