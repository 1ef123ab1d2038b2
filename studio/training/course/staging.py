"""Which loss, augmentation and batch size a stretch has: the plan, with what ticks switched."""

from studio.training.choices.losses import Loss
from studio.training.course.folding import Stretch
from studio.training.plan import Plan, Target


def staged(plan: Plan, stretch: Stretch) -> Plan:
    """Return the plan as it holds in a stretch."""
    if stretch.augment is not None:
        plan = plan.changed(augment=stretch.augment)
    if stretch.batch is not None:
        plan = plan.changed(batch_size=stretch.batch)
    for output, loss in stretch.losses.items():
        plan = plan.changed(targets=_targets(plan, output, loss))
    return plan


def _targets(plan: Plan, output: str, loss: Loss) -> tuple[Target, ...]:
    targets = plan.targets or (Target(output=output),)
    if len(targets) > 1 and output and all(target.output != output for target in targets):
        return (*targets, Target(output=output, loss=loss))
    alone = len(targets) == 1
    return tuple(
        target.changed(loss=loss) if alone or output in {"", target.output} else target
        for target in targets
    )
