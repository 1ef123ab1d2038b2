"""How a run introduces itself and how it sums itself up."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from studio.training.events import Ended, Started, Trouble
from studio.training.judging.evaluation import Evaluation
from studio.training.reporting import Watch, parameters_by_layer
from studio.training.session import Session

Reason = Literal["finished", "finished early", "stopped", "failed"]


def started(session: Session, run: str) -> Started:
    """Return what is true of a run before its first step."""
    return Started(
        run=run,
        steps=session.total,
        steps_per_epoch=session.course.per_epoch,
        epochs=session.plan.epochs,
        samples=session.data.size("train"),
        parameters=sum(p.numel() for p in session.network.parameters()),
        trainable=session.freezing.trainable,
        device=session.machine.name,
        threads=session.machine.threads,
        precision=session.machine.numbers,
        classes=session.data.classes,
        layers=tuple(parameters_by_layer(session.network)),
        first_step=session.place.step,
        loading="whole" if session.data.streamed is None else "streamed",
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def troubled(session: Session) -> Iterator[Trouble]:
    """Yield once why steps are not made the faster way that the plan asks for."""
    if message := session.stepper.trouble():
        yield Trouble(session.place.step, message, about="speed")


def ended(
    session: Session,
    watch: Watch,
    reason: Reason,
    found: dict[str, Evaluation],
    message: str,
    *,
    samples: int,
    memory_peak: int,
) -> Ended:
    """Return what is true of a run after its last step; `found` are its evaluations by part."""
    judged = next(reversed(found.values()), Evaluation())
    tensors, unchanged = session.proof.closed(session.tensors())
    if reason != "failed":
        unchanged = session.sharing.agreed(unchanged)
    return Ended(
        reason=reason,
        step=session.place.step,
        seconds=watch.elapsed,
        samples_per_second=samples / max(watch.training, 1e-9),
        metrics={part: evaluation.metrics for part, evaluation in found.items()},
        confusion=judged.confusion,
        per_class=judged.per_class,
        frozen_tensors=tensors,
        frozen_unchanged=unchanged,
        message=message,
        memory_peak=memory_peak,
    )
