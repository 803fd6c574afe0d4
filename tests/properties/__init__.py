"""What must hold of every kind, whatever it does: restarts, replays, edits, bad input, clocks and keys change nothing that
they should not change.
"""

import pytest

pytest.register_assert_rewrite("tests.properties.play")
