"""The addresses of cameras that a command is given."""

import argparse

from runtime.cli.files import Unusable
from runtime.connectors.camera import cameras_in


def add_cameras(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cameras",
        metavar="FILE",
        help='JSON: {"<device>": "http://user:password@camera/snapshot.jpg"}; else SUIRO_CAMERAS',
    )


def found_cameras(file: str | None) -> dict[str, str]:
    """What `--cameras` or SUIRO_CAMERAS names. Raises Unusable."""
    try:
        return cameras_in(file)
    except (OSError, ValueError) as bad:
        detail = bad.strerror if isinstance(bad, OSError) else str(bad)
        raise Unusable(f"--cameras: {detail}") from bad
