"""The addresses of cameras that a command is given."""

import argparse
import json
import os
from urllib.parse import urlsplit

from runtime.cli.files import Unusable

VARIABLE = "SUIRO_CAMERAS"
"""Names the file of addresses where the command line does not."""


def add_cameras(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cameras",
        metavar="FILE",
        help='JSON: {"<device>": "http://user:password@camera/snapshot.jpg", or rtsp://...}; else SUIRO_CAMERAS',
    )


def found_cameras(file: str | None) -> dict[str, str]:
    """What `--cameras` or SUIRO_CAMERAS names. Raises Unusable."""
    try:
        return cameras_in(file)
    except (OSError, ValueError) as bad:
        detail = bad.strerror if isinstance(bad, OSError) else str(bad)
        raise Unusable(f"--cameras: {detail}") from bad


def cameras_in(file: str | None) -> dict[str, str]:
    """Addresses by device id, from the JSON object in `file`, else in the file that SUIRO_CAMERAS names. Raises ValueError
    (without any address in its words), OSError."""
    name = file or os.environ.get(VARIABLE)
    if not name:
        return {}
    with open(name, "rb") as opened:
        given = json.loads(opened.read(1 << 20))
    if not isinstance(given, dict):
        raise ValueError("the file of cameras holds no JSON object")
    for device, url in given.items():
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https", "rtsp"):
            raise ValueError(f"the address of the camera {device!r} is not http://, https:// or rtsp://")
    return given
