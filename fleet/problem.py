"""What is wrong with a fleet file or a command line, said to the person who started the fleet."""

import os


class FleetProblem(Exception):
    """Told in Japanese where the terminal's language is Japanese, else in English."""

    def __init__(self, en: str, ja: str) -> None:
        locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
        super().__init__(ja if locale.startswith("ja") else en)
        self.en = en
        self.ja = ja


class NoSuchFile(FleetProblem):
    """The file that the command line names cannot be read."""
