"""What several tests of training watch."""

from typing import Any

import pytest

from studio.training.reporting import Reporter


@pytest.fixture
def sizes(monkeypatch):
    """How many samples each training step saw."""
    found: list[int] = []
    add = Reporter.add

    def noted(self: Reporter, loss: Any, samples: int) -> None:
        found.append(samples)
        add(self, loss, samples)

    monkeypatch.setattr(Reporter, "add", noted)
    return found
