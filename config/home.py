"""Where an installation keeps what is its own: keys, database, the stores of broker and worker. Never the repository."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from flows.private import write_private

_FOLDER_ONLY_OWNER = 0o700
_FILE_ONLY_OWNER = 0o600


def suiro_home() -> Path:
    """`SUIRO_HOME`, else the user's data folder. Made on first use, readable by its owner alone."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    home = Path(os.environ.get("SUIRO_HOME") or Path(data) / "suiro").expanduser().resolve()
    home.mkdir(mode=_FOLDER_ONLY_OWNER, parents=True, exist_ok=True)
    if home.stat().st_mode & 0o077:
        with suppress(OSError):  # a folder of somebody else that we may write to
            home.chmod(_FOLDER_ONLY_OWNER)
    return home


def own_key(home: Path, name: str) -> str:
    """A random key of this installation, made once and kept in `home`/`name` (0600)."""
    file = home / name
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_ONLY_OWNER)
    except FileExistsError:
        return file.read_text("ascii").strip() or _replace(file)
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text("ascii").strip()


def _replace(file: Path) -> str:
    write_private(file, secrets.token_urlsafe(48))
    return file.read_text("ascii").strip()
