"""The folder of models that a command is given."""

from pathlib import Path

from runtime.cli.files import Unusable
from runtime.inference.model_folder import Found, models_in


def found_models(folder: str | None) -> Found:
    """What `--models` names; nothing where it is not given. Raises Unusable."""
    if folder is None:
        return Found()
    try:
        return models_in(Path(folder))
    except OSError as bad:
        raise Unusable(f"--models: {folder} cannot be read ({bad.strerror or bad})") from bad
