"""Which conditions come true at the end of an epoch, and what they remember of it."""

from collections.abc import Iterable, Mapping

from studio.errors import TrainingError
from studio.fields import nearest
from studio.training.course.fired import Fired, Record
from studio.training.events import Metrics
from studio.training.ticks.moments import Condition, Memory
from studio.training.ticks.tick import Tick
from studio.wording import _


def watched(
    record: Record, ticks: Iterable[Tick], step: int, metrics: Mapping[str, Metrics]
) -> tuple[Record, tuple[Fired, ...]]:
    """Return the record after an epoch that ended at `step`, and the ticks that come now.

    `metrics` are those of the epoch by part. The ticks are not yet in the record. Raises
    TrainingError for a metric that was not measured.
    """
    memories = dict(record.memories)
    came: list[Fired] = []
    for number, tick in enumerate(ticks):
        if isinstance(tick.at, Condition) and (found := metrics.get(tick.at.part)):
            value = _value(tick, found)
            memory, comes = tick.at.followed(memories.get(number, Memory()), value)
            memories[number] = memory
            came += [Fired(step, tick, number)] if comes else []
    return Record(record.fired, memories), tuple(came)


def _value(tick: Tick, metrics: Metrics) -> float:
    assert isinstance(tick.at, Condition)
    name = tick.at.metric
    if name not in metrics:
        raise TrainingError(
            _("The tick “{tick}” waits for the metric {metric}, which is not measured.").format(
                tick=tick.title, metric=name
            ),
            nearest(name, metrics) or _("Measured: {names}.").format(names=", ".join(metrics)),
        )
    return float(metrics[name])
