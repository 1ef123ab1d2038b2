"""Which runs of a list are shown, in which order, and whether as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.runs.overview.finding import Key, found, ordered
from studio.runs.overview.tree import Row, tree
from studio.runs.store import RunSummary


@dataclass(frozen=True)
class Arrangement:
    """What somebody wants to see of a list of runs."""

    search: str = ""
    key: Key = "created"
    descending: bool = True
    as_tree: bool = True
    """Whether branches hang below the runs they came from."""

    def rows(self, runs: Sequence[RunSummary]) -> tuple[Row[RunSummary], ...]:
        """Return the rows to show."""
        shown = ordered(found(runs, self.search), self.key, descending=self.descending)
        if not self.as_tree:
            return tuple(Row(run) for run in shown)
        return tree(shown, {run.name: run.parent for run in runs})
