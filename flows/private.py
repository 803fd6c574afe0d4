"""Files that hold something secret."""

import os
import secrets
from pathlib import Path


def write_private(file: Path, content: str) -> None:
    """Write `content` so that only the owner can ever read it (0600), in one move."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(content)
    fresh.replace(file)
