"""An installation that can be reached from outside does not start on defaults made for one machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.safety import is_loopback, refuse_unsafe

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_this_machine_alone_needs_nothing(host: str) -> None:
    assert is_loopback(host)
    refuse_unsafe([host], debug=True, https=False)


@pytest.mark.parametrize(
    ("debug", "https", "hosts"),
    [
        (True, True, ["suiro.example"]),
        (False, False, ["suiro.example"]),
        (False, True, ["*"]),
        (False, False, ["0.0.0.0"]),
    ],
)
def test_an_unsafe_default_off_this_machine_is_refused_by_name(debug: bool, https: bool, hosts: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SUIRO_"):
        refuse_unsafe(hosts, debug=debug, https=https)


def test_a_named_host_with_https_is_fine() -> None:
    refuse_unsafe(["suiro.example"], debug=False, https=True)


def started(home: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"SUIRO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", f"from django.conf import settings as s\n{code}"]
    return subprocess.run(command, cwd=ROOT, env={**base, **environment}, capture_output=True, text=True, check=False)


def test_the_server_does_not_start_unsafe(tmp_path: Path) -> None:
    ran = started(tmp_path, "s.DEBUG", SUIRO_HOST="suiro.example")
    assert ran.returncode != 0
    assert "SUIRO_HTTPS" in ran.stderr


def test_behind_https_cookies_are_secure_and_browsers_are_told(tmp_path: Path) -> None:
    code = "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.CSRF_TRUSTED_ORIGINS)"
    ran = started(tmp_path, code, SUIRO_HOST="suiro.example", SUIRO_HTTPS="1")
    assert ran.stdout.strip() == "True True True ['https://suiro.example']", ran.stderr


def test_every_installation_has_keys_of_its_own(tmp_path: Path) -> None:
    keys = {started(tmp_path / name, "print(s.SECRET_KEY, s.FIELD_KEY)").stdout for name in ("a", "b")}
    assert len(keys) == 2
    again = started(tmp_path / "a", "print(s.SECRET_KEY, s.FIELD_KEY)").stdout
    assert again in keys


def test_a_database_is_named_by_its_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@db.example:5433/suiro")
    found = env.database("DATABASE_URL", tmp_path / "x")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "u", "p@ss", "db.example", "5433", "suiro",
    )  # fmt: skip
    for wrong in ("mysql://x/y", "postgresql://db.example:port/x"):
        monkeypatch.setenv("DATABASE_URL", wrong)
        with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
            env.database("DATABASE_URL", tmp_path / "x")


def test_what_a_databases_url_asks_of_the_driver_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db.example/suiro?sslmode=require&application_name=a%20b")
    options = env.database("DATABASE_URL", tmp_path / "x")["OPTIONS"]
    assert options == {"sslmode": "require", "application_name": "a b"}


@pytest.mark.parametrize(("value", "read"), [("1", True), ("off", False), ("", False)])
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("A_VALUE", value)
    assert env.flag("A_VALUE") is read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUIRO_PORT", "abc"),
        ("SUIRO_PORT", "70000"),
        ("SUIRO_HTTPS", "maybe"),
        ("SUIRO_LOG", "loud"),
        ("SUIRO_HOME", "/dev/null/suiro"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_one_line(name: str, value: str, tmp_path: Path) -> None:
    environment = {**os.environ, "SUIRO_HOME": str(tmp_path), name: value}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "config.run", "--no-fleet"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2, ran.stderr
    assert name in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_value_that_cannot_be_read_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_VALUE", "maybe")
    for read in (env.flag, lambda name: env.integer(name, 1)):
        with pytest.raises(ImproperlyConfigured, match="A_VALUE"):
            read("A_VALUE")
