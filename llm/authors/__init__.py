"""Who writes the document: the embedded phrasebook, or a language model."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llm.compile import Author

NAMES = ("phrasebook", "model")


def author_named(name: str) -> "Author":
    """The author called `name`, a model from the environment. Loaded only when asked for."""
    if name == "model":
        from llm.authors.model import model_from_environment

        return model_from_environment()
    from llm.authors.phrasebook.author import Phrasebook

    return Phrasebook()
