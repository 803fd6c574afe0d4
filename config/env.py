"""Typed readers of environment variables. A value that cannot be read names its variable and what was expected."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected 1 or 0")
    return word in _TRUE


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number within [least, most]. Raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name)
    if value is None or not value.strip():
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected a whole number") from None
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}; expected {least} to {most}")
    return number


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Comma-separated words, empty ones left out."""
    value = os.environ.get(name)
    return list(default) if value is None else [part.strip() for part in value.split(",") if part.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`, in capitals. Raises ImproperlyConfigured for anything else."""
    value = (text(name) or default).upper()
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected one of {', '.join(allowed)}")
    return value


def folder(name: str) -> Path | None:
    value = text(name)
    return Path(value).expanduser() if value else None


def database(name: str, sqlite: Path) -> dict[str, object]:
    """Django's settings of the database at the URL in `name`; without one, SQLite in the file `sqlite`. The URL's query
    (`?sslmode=require`) goes to the driver. Raises ImproperlyConfigured for a URL that cannot be read."""
    url = text(name)
    if not url:
        return _sqlite(sqlite)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name}: {parts.scheme!r} is not supported; expected postgresql://")
    try:
        port = str(parts.port or "")
    except ValueError as bad:
        raise ImproperlyConfigured(f"{name}: {bad}") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query, keep_blank_values=True)),
    }


def _sqlite(file: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "TEST": {"NAME": file.with_name("test.sqlite3")},  # a file, since the tests' server has threads of its own
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
