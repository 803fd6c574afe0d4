"""Compiles the product's words (.po) for Django, in Python alone: no gettext program has to be installed."""

import hashlib
import secrets
from io import BytesIO
from pathlib import Path


def compiled(sources: Path, home: Path) -> Path:
    """The folder with the compiled words of `sources`/<lang>/LC_MESSAGES/django.po, made again when a source changed."""
    files = sorted(sources.glob("*/LC_MESSAGES/django.po"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    target = home / "words" / digest
    for file in files:
        made = (target / file.relative_to(sources)).with_suffix(".mo")
        if not made.exists():
            _compile(file, made)
    return target


def _compile(source: Path, made: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as stream:
        catalog = read_po(stream, locale=source.parts[-3])
    made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    binary = BytesIO()
    write_mo(binary, catalog)
    fresh = made.with_suffix(f".{secrets.token_hex(4)}")
    fresh.write_bytes(binary.getvalue())
    fresh.replace(made)
