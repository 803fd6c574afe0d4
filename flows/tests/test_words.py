"""Everything a page says exists in both languages."""

import re
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
IN_TEMPLATES = re.compile(r"""\{%-?\s*trans\s+(?:"([^"]+)"|'([^']+)')|_\((?:"([^"]+)"|'([^']+)')\)""")
BLOCKS = re.compile(r"\{%\s*blocktrans\s*([^%]*)%\}(.*?)\{%\s*endblocktrans\s*%\}", re.DOTALL)
IN_PYTHON = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)+)"\s*\)""")


def said() -> set[str]:
    """Every text in templates and Python that is looked up in the words."""
    found: set[str] = set()
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text("utf-8")
        found |= {next(part for part in match if part) for match in IN_TEMPLATES.findall(text)}
        found |= {re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body) for _, body in BLOCKS.findall(text)}
    for file in (ROOT / "flows").rglob("*.py"):
        if "tests" not in file.parts:
            found |= set(IN_PYTHON.findall(file.read_text("utf-8")))
    return found


def japanese() -> dict[str, str]:
    with (ROOT / "flows" / "locale" / "ja" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, locale="ja") if m.id and not m.fuzzy}


def test_every_text_of_the_pages_has_its_japanese() -> None:
    known = japanese()
    missing = sorted(text for text in said() if not known.get(text))
    assert not missing


def test_no_japanese_is_kept_for_a_text_that_nothing_says() -> None:
    assert not sorted(set(japanese()) - said())


def test_the_places_for_values_are_the_same_in_both_languages() -> None:
    places = re.compile(r"%(?:\(\w+\))?s")
    wrong = {text for text, ja in japanese().items() if sorted(places.findall(text)) != sorted(places.findall(ja))}
    assert not wrong
