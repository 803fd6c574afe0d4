"""The file of documents comes from the server as files of models do (runtime/inference/fetch.py)."""

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from runtime.addresses import Egress
from runtime.library.shelf import Get

if TYPE_CHECKING:
    from runtime.inference.fetch import Fetch


def fetched(server: str, token_file: Path, egress: Egress) -> Get:
    fetchers: list[Fetch] = []

    def get(sha256: str, size: int, place: Path, stop: Event) -> None:
        from runtime.inference.fetch import Fetch  # the HTTP client behind it is loaded with the first file

        if not fetchers:
            fetchers.append(Fetch(server, token_file, egress, "documents"))
        fetchers[0](sha256, size, place, stop)

    return get
