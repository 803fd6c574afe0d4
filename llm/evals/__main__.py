"""`python -m llm.evals [--author NAME] [--only ID] [--failed]`: a table per language, and what went wrong."""

import argparse
import sys

from llm.authors import NAMES, author_named
from llm.evals.apart import report
from llm.evals.judge import Verdict, judge
from llm.evals.scenario import scenarios


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; exit 1 where a scenario failed."""
    parser = argparse.ArgumentParser(prog="python -m llm.evals", description=__doc__)
    parser.add_argument("--author", choices=NAMES, default="phrasebook")
    parser.add_argument("--only", help="scenarios whose id starts with this")
    given = parser.parse_args(arguments)
    author = author_named(given.author)
    chosen = [scenario for scenario in scenarios() if not given.only or scenario.id.startswith(given.only)]
    verdicts = [judge(scenario, author) for scenario in chosen]
    for verdict in verdicts:
        if not verdict.passed:
            sys.stdout.write(f"{verdict.scenario.id} ({verdict.scenario.lang}): {verdict.scenario.prompt}\n")
            for wrong in verdict.wrong:
                sys.stdout.write(f"    {wrong}\n")
    sys.stdout.write(table(given.author, verdicts))
    if not given.only:
        sys.stdout.write(report(author))
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def table(author: str, verdicts: list[Verdict]) -> str:
    """One line per language, with its n."""
    lines = [
        f"{'author':12}{'lang':6}{'n':>4}{'valid':>8}{'passed':>8}{'false fires':>13}{'invented':>10}{'slowest':>10}"
    ]
    for lang in ("ja", "en"):
        mine = [verdict for verdict in verdicts if verdict.scenario.lang == lang]
        if not mine:
            continue
        valid, passed = sum(v.valid for v in mine), sum(v.passed for v in mine)
        false, invented = sum(v.false_fires for v in mine), sum(v.invented for v in mine)
        slowest = max(v.seconds for v in mine)
        lines.append(f"{author:12}{lang:6}{len(mine):>4}{valid:>8}{passed:>8}{false:>13}{invented:>10}{slowest:>9.2f}s")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
