"""A kill at any moment costs a few steps, and the run goes on as if it had never happened.

LAYERWISE_KILLS=1000 makes as many kills; see `kill` for the command that tells more.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.reliability.kill import WANTED, trials

KILLS = int(os.environ.get("LAYERWISE_KILLS", "100"))
_LEAST_SHARE = 20
"""One kill in so many at least has to fall into each phase, or the test has no power."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads
def test_killed_runs_end_equal_to_the_bit(tmp_path: Path) -> None:
    found = trials(tmp_path, KILLS)

    sys.stdout.write(f"{found.phases}, {max(found.lost)} steps lost at most\n")
    assert found.differing == []
    assert found.phases.total() == KILLS
    assert set(found.phases) <= {*WANTED, "nothing"}
    for phase in WANTED:
        assert found.phases[phase] >= KILLS // _LEAST_SHARE, phase
