"""Python source, line by line, with the constants that it names. What people write is only ever a constant."""

from typing import Any


class Source:
    """Names are made here only: `k0`, `k1` … for constants, `v0`, `v1` … for locals."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.space: dict[str, Any] = {}
        self.depth = 0
        self._locals = 0

    def __call__(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    def constant(self, value: Any) -> str:
        name = f"k{len(self.space)}"
        self.space[name] = value
        return name

    def local(self) -> str:
        self._locals += 1
        return f"v{self._locals}"

    def made(self, name: str) -> Any:
        """The function `name` that the lines define."""
        exec(compile("\n".join(self.lines), f"<{name}>", "exec"), self.space)  # noqa: S102
        return self.space[name]
