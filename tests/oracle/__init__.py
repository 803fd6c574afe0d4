"""The kinds of time against a slow, obvious implementation of what they promise (`model/`)."""

import pytest

pytest.register_assert_rewrite("tests.oracle.against")
