"""Which conditions can come true, which do at the end of an epoch, and what they remember of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from studio.errors import TrainingError
from studio.fields import nearest
from studio.training.course.fired import Fired, Record
from studio.training.events import Metrics
from studio.training.ticks.actions import SwitchData
from studio.training.ticks.moments import Condition, Memory
from studio.training.ticks.tick import Tick
from studio.wording import _


def watched(
    record: Record, ticks: Iterable[Tick], step: int, metrics: Mapping[str, Metrics]
) -> tuple[Record, tuple[Fired, ...]]:
    """Return the record after an epoch that ended at `step`, and the ticks that come now.

    `metrics` are those of the epoch by part; whoever watches one that is not there waits on. The
    ticks are not yet in the record.
    """
    memories = dict(record.memories)
    came: list[Fired] = []
    for number, tick in enumerate(ticks):
        if not isinstance(tick.at, Condition):
            continue
        value = metrics.get(tick.at.part, {}).get(tick.at.metric)
        if value is not None:
            memory, comes = tick.at.followed(memories.get(number, Memory()), float(value))
            memories[number] = memory
            came += [Fired(step, tick, number)] if comes else []
    return Record(record.fired, memories), tuple(came)


def require_measured(
    ticks: Sequence[Tick], names: Mapping[str, Collection[str]], *, validates: bool
) -> None:
    """Raise TrainingError for the first tick that waits for a metric that is never measured.

    `names` are all metrics by part, and `validates` says whether samples are set aside to validate
    with; where a tick brings other data, those may have some.
    """
    switched = (isinstance(action, SwitchData) for tick in ticks for action in tick.actions)
    validates = validates or any(switched)
    for tick in ticks:
        if not isinstance(tick.at, Condition):
            continue
        if tick.at.part == "validation" and not validates:
            raise TrainingError(
                _(
                    "The tick “{tick}” waits for the {metric} of the validation samples, but none "
                    "are set aside."
                ).format(tick=tick.title, metric=tick.at.metric),
                _("Set a share of the samples aside to validate with, or watch the training ones."),
            )
        there, name = names[tick.at.part], tick.at.metric
        if name not in there:
            every = _("Measured: {names}.").format(names=", ".join(there))
            raise TrainingError(
                _("The tick “{tick}” waits for the metric {metric}, which is not measured.").format(
                    tick=tick.title, metric=name
                ),
                " ".join(filter(None, (nearest(name, there), every))),
            )
