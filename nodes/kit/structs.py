"""Types that msgspec reads into, found out before threads share them.

msgspec looks at a type's fields when it first reads into that type, and puts down what it knows before it knows all of it. A
second thread that reads into the same type meanwhile follows a pointer to nothing, and the process is gone (0.22.0: two
threads that convert into a struct of structs for the first time end in a segmentation fault nearly every time).
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from weakref import WeakSet

import msgspec

_known: WeakSet[type[msgspec.Struct]] = WeakSet()
ALONE = threading.Lock()
"""Whoever makes a struct at run time holds it until msgspec has found out all about that one."""


def settle_structs() -> None:
    """Have msgspec find out all about every struct that there is by now. To be called before threads use structs from
    modules that were imported since the last call; what is known costs next to nothing."""
    with ALONE:
        for struct in _below(msgspec.Struct):
            if struct not in _known:
                _known.add(struct)
                with suppress(TypeError, NameError):  # one that nothing can be read into
                    msgspec.json.Decoder(struct)


def _below(struct: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in struct.__subclasses__():
        yield one
        yield from _below(one)
