"""Loaded before anything else of a test run (see addopts): tests keep keys and database in a folder of their own."""

import atexit
import os
import shutil
import tempfile

if "PYTEST_XDIST_WORKER" not in os.environ:
    _home = tempfile.mkdtemp(prefix="suiro-tests-")
    os.environ["SUIRO_HOME"] = _home
    os.environ["SUIRO_EMBEDDED_BROKER"] = ""
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
