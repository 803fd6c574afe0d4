"""How values inside a problem's text are said: type names in the reader's language, long or hostile values cut."""

from typing import Any

LONGEST = 200
"""Characters of one value that a text shows; the rest is cut, because values come from strangers."""

TERMS: dict[str, dict[str, str]] = {
    "any": {"en": "anything", "ja": "任意の値"},
    "array": {"en": "a list", "ja": "リスト"},
    "bool": {"en": "true or false", "ja": "真偽値"},
    "boolean": {"en": "true or false", "ja": "真偽値"},
    "double": {"en": "a number", "ja": "数値"},
    "duration": {"en": "a duration", "ja": "時間の長さ"},
    "dyn": {"en": "anything", "ja": "任意の値"},
    "image": {"en": "an image", "ja": "画像"},
    "int": {"en": "a whole number", "ja": "整数"},
    "integer": {"en": "a whole number", "ja": "整数"},
    "list": {"en": "a list", "ja": "リスト"},
    "location": {"en": "a location", "ja": "位置"},
    "map": {"en": "an object", "ja": "オブジェクト"},
    "null": {"en": "null", "ja": "null"},
    "number": {"en": "a number", "ja": "数値"},
    "object": {"en": "an object", "ja": "オブジェクト"},
    "string": {"en": "a text", "ja": "文字列"},
    "timestamp": {"en": "a time", "ja": "時刻"},
}
"""Words for a value given as `term("number")`."""


class Term(str):
    """An arg that names a type: printed in the reader's language."""

    __slots__ = ()


def spoken_value(value: Any, lang: str) -> str:
    """`value` as text for a reader of `lang`; never longer than LONGEST characters, always encodable as UTF-8."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Term):
        return TERMS.get(str(value), {}).get(lang) or str(value)
    if isinstance(value, list | tuple):
        shown = [spoken_value(item, lang) for item in value[:30]]
        if len(value) > 30:
            shown.append("…")
        return ("、" if lang == "ja" else ", ").join(shown)
    return cut(_plain(value))


def cut(text: str) -> str:
    """`text` on one line, shortened, with what cannot be encoded or seen replaced."""
    text = text[: LONGEST + 1].encode("utf-8", "replace").decode("utf-8")
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int) and abs(value) >= 10**30:
        return "1e30…"
    try:
        return str(value)
    except Exception:
        return "?"
