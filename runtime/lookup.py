"""Names of hosts to addresses within a stated time. The system's own function has none: it waits for as long as its
resolver does, which a name server that says nothing can make a minute."""

import socket
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late

LONGEST = 5.0
"""Seconds that a lookup gets, where its caller has no less time."""
MOST = 32
"""Lookups that may be without an answer, each with a thread of its own; beyond, a name counts as unknown."""

_open: dict[tuple[str, int], "Future[list[str]]"] = {}
_lock = threading.Lock()


def lookup(host: str, port: int, timeout: float | None = None) -> list[str]:
    """The addresses of `host`, within `timeout` seconds and LONGEST. Raises OSError when the name is unknown, and
    TimeoutError (which is one) when no answer came. What asks for the same name meanwhile waits for the same answer: a
    resolver that hangs costs one thread for each name, however often it is tried."""
    seconds = LONGEST if timeout is None else min(timeout, LONGEST)
    try:
        return list(_asked(host, port).result(seconds))
    except Late:
        raise TimeoutError(f"no name server told the address of {host} within {seconds:g} s") from None


def _asked(host: str, port: int) -> "Future[list[str]]":
    with _lock:
        answer = _open.get((host, port))
        if answer is None:
            if len(_open) >= MOST:
                raise OSError(f"the address of {host} is not looked up: {MOST} lookups are without an answer")
            answer = _open[host, port] = Future()
            threading.Thread(target=_ask, args=(host, port, answer), name="lookup", daemon=True).start()
        return answer


def _ask(host: str, port: int, answer: "Future[list[str]]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        told: list[str] | Exception = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    except Exception as failed:  # an unknown name, or one that no encoding takes
        told = failed
    with _lock:
        del _open[host, port]
    if isinstance(told, Exception):
        answer.set_exception(told)
    else:
        answer.set_result(told)
