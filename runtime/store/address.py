"""Where a store is: a folder, or a schema of a PostgreSQL database."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

SCHEMES = ("postgresql://", "postgres://")
STORE = "store"
"""The parameter of the URL that names the worker's store."""
_NAME = re.compile(r"[a-z0-9_]{1,40}")


class PostgresAddress(msgspec.Struct, frozen=True):
    """`conninfo` is for the database's client; `shown` is for people, without a password."""

    conninfo: str
    schema: str
    shown: str

    def __repr__(self) -> str:
        return f"PostgresAddress({self.shown})"


def is_postgres(where: str) -> bool:
    return where.startswith(SCHEMES)


def folder_of(where: Path | str) -> Path | None:
    """Where a worker keeps files (models, pictures): beside its store; with a database, the folder SUIRO_WORKER_FILES, if
    there is one."""
    if not is_postgres(str(where)):
        return Path(where)
    kept = os.environ.get("SUIRO_WORKER_FILES")
    return Path(kept) if kept else None


def postgres_address(url: str) -> PostgresAddress:
    """`postgresql://user:password@host:5432/name?store=line_3&sslmode=require`; without `store`, the store `worker`.
    Raises ValueError."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    name = dict(given).get(STORE, "worker")
    if not _NAME.fullmatch(name):
        raise ValueError(f"the name of a store has small letters, digits and _ (at most 40), not {name!r}")
    rest = urlencode([pair for pair in given if pair[0] != STORE])
    return PostgresAddress(urlunsplit(parts._replace(query=rest)), f"suiro_{name}", shown(url))


def shown(where: str) -> str:
    """A store's address as people may see it: no password, no parameters."""
    if not is_postgres(where):
        return where
    parts = urlsplit(where)
    name = dict(parse_qsl(parts.query)).get(STORE)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, f"{STORE}={name}" if name else "", ""))
