"""The worker's store, in a folder or in PostgreSQL."""

from pathlib import Path

from runtime.store.address import is_postgres, postgres_address
from runtime.store.interface import (
    DEAD_DROPPED,
    OLDEST_DEAD,
    Change,
    DeadLetter,
    Kept,
    Received,
    Record,
    Store,
    Unavailable,
    UpReader,
    Waiting,
)
from runtime.store.sqlite import SqliteStore

__all__ = [
    "DEAD_DROPPED",
    "OLDEST_DEAD",
    "Change",
    "DeadLetter",
    "Kept",
    "Received",
    "Record",
    "Store",
    "Unavailable",
    "UpReader",
    "Waiting",
    "open_store",
]


def open_store(where: Path | str) -> Store:
    """The store in the folder `where`, or at the URL `where` (runtime/store/address.py). Raises InUse when another worker
    has it, OSError where it cannot be used, ValueError for a URL that cannot be read."""
    if isinstance(where, str) and is_postgres(where):
        from runtime.store.postgres import PostgresStore  # its client takes a tenth of a second, which few need

        return PostgresStore(postgres_address(where))
    return SqliteStore(Path(where))
