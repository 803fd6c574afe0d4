"""Which version of a model answers for which device, as the server says it."""

import hashlib
from typing import Annotated

import msgspec

from runtime.deploy import LocalModel

SHARES = 1 << 32


class Edition(msgspec.Struct, frozen=True):
    """One version of a model: `version` as people call it, `size` of its file in bytes. `edges` part the numbers that it
    gives into bins, which are counted (runtime/inference/tallies.py); empty: they are not."""

    version: Annotated[str, msgspec.Meta(max_length=64)]
    size: Annotated[int, msgspec.Meta(gt=0)]
    model: LocalModel
    edges: Annotated[tuple[float, ...], msgspec.Meta(max_length=64)] = ()


class Rollout(msgspec.Struct, frozen=True):
    """A model of the workspace. `current` answers for all devices but those of the `trial`: named ones, and `percent` of the
    others. `spare` is the version to which people may go back, so that its file stays here."""

    id: str
    current: Edition
    trial: Edition | None = None
    devices: tuple[str, ...] = ()
    percent: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0
    spare: Edition | None = None

    @property
    def editions(self) -> list[Edition]:
        """All whose files are wanted, the current one first."""
        return [one for one in (self.current, self.trial, self.spare) if one is not None]

    def edition_for(self, device: str | None) -> Edition:
        """The version that answers for a device; for what is no device's, the current one."""
        if self.trial is None or device is None:
            return self.current
        tried = device in self.devices or is_among(self.id, device, self.percent)
        return self.trial if tried else self.current


def is_among(model: str, device: str, percent: float) -> bool:
    """Whether a device is among the first `percent` (0 to 100) of a model's devices. The same everywhere and always, and a
    higher percentage takes no device out."""
    place = int.from_bytes(hashlib.sha256(f"{model}\n{device}".encode()).digest()[:4], "big")
    return place < SHARES * percent / 100
