"""`python -m runtime <command>`: the engine on the command line (CONTRACTS section 5)."""

import argparse
import faulthandler
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = {
    "catalog": "print the kinds of node with their ports, schemas and words",
    "validate": "print the problems of a flow",
    "test": "run the tests inside a flow",
    "replay": "run a flow over recorded events in virtual time and print its actions",
    "run": "run a flow on live MQTT data",
    "worker": "run the flows that a server deploys to this machine",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 1 the document has errors or a test failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    if not given or given[0] not in COMMANDS:
        return _usage(given)
    module = importlib.import_module(f"runtime.cli.{given[0]}")
    parser = argparse.ArgumentParser(prog=f"python -m runtime {given[0]}", description=module.__doc__)
    module.add_arguments(parser)
    code: int = module.main(parser.parse_args(given[1:]))
    return code


def _usage(given: list[str]) -> int:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {words}" for name, words in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m runtime",
        usage="%(prog)s <command> [options]",
        description="commands:\n" + listed,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if given and given[0] in ("-h", "--help"):
        parser.print_help()
        return 0
    parser.print_help(sys.stderr)
    if given:
        print(f"\nthere is no command {given[0]!r}", file=sys.stderr)  # noqa: T201
    return 2


def _speak_utf8() -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _run() -> int:
    faulthandler.enable()  # what ends in native code leaves its last lines all the same
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our output has seen enough; keep the interpreter from failing once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(_run())
