"""The folder of models that a command is given."""

import argparse
import os
from pathlib import Path

from runtime.cli.files import Unusable
from runtime.inference.model_folder import NO_MODELS, Found, models_in

VARIABLE = "SUIRO_MODELS"


def add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models", metavar="DIR", help=f"models to run here: <id>/model.onnx with <id>/model.json; else {VARIABLE}"
    )


def found_models(folder: str | None) -> Found:
    """What `--models` or SUIRO_MODELS names; nothing where neither is given. Raises Unusable."""
    name = folder or os.environ.get(VARIABLE)
    if not name:
        return NO_MODELS
    try:
        return models_in(Path(name))
    except OSError as bad:
        raise Unusable(f"--models: {name} cannot be read ({bad.strerror or bad})") from bad
