"""`python -m gallery prove [scenario ...]`: every scenario in virtual time, as a table."""

import argparse
import sys

from gallery.prove import Compiled, Proof, prove
from gallery.scenario import BadScenario, scenarios


def main(arguments: list[str] | None = None) -> int:
    """0 where all is as promised, 1 where not, 2 for a scenario that is not there."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(prog="python -m gallery", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True, metavar="prove")
    proving = commands.add_parser("prove", help="play all scenarios, faults off and on / すべてのシナリオを検証する")
    proving.add_argument("names", nargs="*", metavar="scenario")
    proving.add_argument("--why", action="store_true", help="what was missing or too much / 失敗の理由を表示する")
    asked = parser.parse_args(arguments)
    known = {scenario.name: scenario for scenario in scenarios()}
    if unknown := [name for name in asked.names if name not in known]:
        sys.stderr.write(f"no such scenario: {', '.join(unknown)}. There are {', '.join(known)}.\n")
        return 2
    good = True
    _say("| scenario | prompts ja | prompts en | tests | runs | events | effects | seconds |")
    _say("| :-- | --: | --: | --: | --: | --: | --: | --: |")
    for name in asked.names or known:
        try:
            proof = prove(known[name])
        except BadScenario as bad:
            _say(f"| {name} | {bad} |")
            good = False
            continue
        _say(_row(proof))
        good = good and _good(proof, known[name].prompts.needs_author is not None)
        if asked.why:
            _tell(proof)
    return 0 if good else 1


def _row(proof: Proof) -> str:
    def part(lang: str) -> str:
        of = [one for one in proof.compiled if one.lang == lang]
        return f"{sum(one.passed for one in of)}/{len(of)}"

    runs = f"{sum(outcome.passed for outcome in proof.outcomes)}/{len(proof.outcomes)}"
    tests = f"{proof.tests[0]}/{sum(proof.tests)}"
    effects = sum(outcome.effects for outcome in proof.outcomes)
    return (
        f"| {proof.scenario} | {part('ja')} | {part('en')} | {tests} | {runs} | {proof.events:,} | {effects} | "
        f"{proof.seconds:.1f} |"
    )


def _good(proof: Proof, needs_author: bool) -> bool:
    return proof.passed and (needs_author or all(one.passed for one in proof.compiled))


def _tell(proof: Proof) -> None:
    for problem in proof.problems:
        _say(f"  flow.json{problem.path}: {problem.code} {problem.args}")
    for outcome in proof.outcomes:
        for line in (
            *(f"missing {text}" for text in outcome.missing),
            *(f"extra {text}" for text in outcome.extra[:10]),
        ):
            _say(f"  run “{outcome.run.name['en']}”: {line}")
    for one in proof.compiled:
        _tell_compiled(one)


def _tell_compiled(one: Compiled) -> None:
    if one.passed:
        return
    _say(f"  {one.lang} “{one.sentence}”" + ("" if one.document else f": nothing built, {one.problems}"))
    for outcome in one.outcomes:
        for line in (
            *(f"missing {text}" for text in outcome.missing),
            *(f"extra {text}" for text in outcome.extra[:5]),
        ):
            _say(f"    run “{outcome.run.name['en']}”: {line}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
