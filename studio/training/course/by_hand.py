"""How a change made by hand becomes a tick like any other."""

from collections.abc import Mapping

from studio.graph.model import Frozen, Graph
from studio.graph.walk import frozen_paths
from studio.training.course.fired import Fired, Record
from studio.training.course.marks import Marks
from studio.training.ticks.actions import Action, Freeze, Rate, SwitchBatchSize, Unfreeze
from studio.training.ticks.moments import AtStep
from studio.training.ticks.tick import Tick


def by_hand(
    step: int, frozen: Mapping[str, Frozen], scale: float = 1.0, batch_size: int | None = None
) -> Fired:
    """Return what somebody did before `step`: other marks for layers, another rate, batch size."""
    actions: list[Action] = [] if scale == 1.0 else [Rate(value=scale, mode="times")]
    if batch_size is not None:
        actions.append(SwitchBatchSize(size=batch_size))
    for mark in (True, "statistics", False):
        # True == 1, but neither equals "statistics"
        paths = tuple(path for path, asked in frozen.items() if asked == mark)
        if paths and mark:
            actions.append(Freeze(paths=paths, what="all" if mark is True else "statistics"))
        elif paths:
            actions.append(Unfreeze(paths=paths, own_mark=True))
    return Fired(step, Tick(at=AtStep(at=step), actions=tuple(actions)))


def adopted(graph: Graph, marks: Marks, scale: float) -> Record:
    """Return the record of a run that kept only what came of the changes by hand."""
    designed = frozen_paths(graph)
    changed: dict[str, Frozen] = {
        path: marks.get(path, False)
        for path in (*designed, *marks)
        if marks.get(path, False) != designed.get(path, False)
    }
    # as if at the start, so that nothing is forgotten on going on
    fired = by_hand(0, changed, scale)
    return Record((fired,) if fired.tick.actions else ())
