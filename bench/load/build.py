"""Builds the C programs of this folder with `cc`, once for each version of their text."""

import hashlib
import os
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CACHE = FOLDER.parent / ".cache"
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Werror"]
MAINS = {"load.c", "reader.c"}


def built(name: str) -> Path:
    """The program `load` or `reader`, built where it is not yet. Raises CalledProcessError with what cc said."""
    sources = [path for path in sorted(FOLDER.glob("*.c")) if path.name not in MAINS - {f"{name}.c"}]
    texts = b"\0".join(path.read_bytes() for path in [*sources, *sorted(FOLDER.glob("*.h"))])
    program = CACHE / "load" / f"{name}-{hashlib.sha256(texts).hexdigest()[:16]}"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        made = program.with_suffix(f".{os.getpid()}")
        subprocess.run([os.environ.get("CC", "cc"), *FLAGS, "-o", str(made), *map(str, sources), "-lm"], check=True)
        made.replace(program)
    return program
