"""Files that are no documents say why and where."""

import pytest

from document.parse import parse


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "not_json", ""),
        (b'{"a": 1,}', "not_json", ""),
        (b'{"a": 1} x', "not_json", ""),
        (b'{"a": "\x01"}', "not_json", ""),
        (b"\xff\xfe{}", "not_utf8", ""),
        ("気温".encode("shift_jis"), "not_utf8", ""),
        (b'{"a": [1, NaN]}', "not_finite", "/a/1"),
        (b'{"a": -Infinity}', "not_finite", "/a"),
        (b'{"a": 1e999}', "number_too_large", "/a"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number_too_large", "/a"),
        (b'{"a": "\\ud800"}', "bad_text", "/a"),
        (b'{"a": "\\u0000"}', "bad_text", "/a"),
        (b'{"a": {"b/c": 1, "b/c": 2}}', "duplicate_key", "/a/b~1c"),
        (b"[" * 100_000, "too_deep", ""),
        (b"[" * 40 + b"]" * 40, "too_deep", "/0" * 32),
        (b'{"a": "' + b"x" * 10_000_000 + b'"}', "too_large", ""),
        (b"[]", "not_an_object", ""),
        (b"null", "not_an_object", ""),
        (b'"text"', "not_an_object", ""),
    ],
)
def test_what_is_no_document_is_named_with_its_place(data: bytes, code: str, path: str) -> None:
    document, problems = parse(data)
    assert document is None
    assert (problems[0].code, problems[0].path) == (code, path)


def test_malformed_json_says_line_and_column() -> None:
    _, (found,) = parse('{\n  "a": 1\n  "b": 2\n}')
    assert found.args == {"line": 3, "column": 3}


def test_a_byte_order_mark_and_any_sound_object_are_read() -> None:
    assert parse(b'\xef\xbb\xbf{"a": [1, 2.5, null, true, "\xe7\x82\x89"]}') == ({"a": [1, 2.5, None, True, "炉"]}, [])
    assert parse("{}") == ({}, [])
    assert parse('{"a": "\\ud83d\\ude00"}') == ({"a": "😀"}, [])
