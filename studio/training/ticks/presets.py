"""Ready-made ways to fine-tune, each of which writes ordinary ticks for a network."""

from collections.abc import Iterable

from studio.analysis.report import Report
from studio.families import Family
from studio.fields import Declared, integer, number
from studio.graph.block import Block
from studio.training.ticks.actions import Action, Freeze, Rate, Unfreeze
from studio.training.ticks.moments import AtEpoch, AtStep
from studio.training.ticks.tick import Tick
from studio.wording import _

Group = tuple[str, ...]
"""Paths of layers and blocks that are frozen and thawed together."""


class Recipe(Declared):
    """A way to fine-tune."""

    def ticks(self, report: Report) -> tuple[Tick, ...]:
        """Return the ticks for a network; none where it has nothing to tell apart."""
        raise NotImplementedError


RECIPES: Family[Recipe] = Family("recipe")


def groups(report: Report) -> tuple[Group, ...]:
    """Return what has parameters, from the input up; norms go with the layer before them.

    A network that is one single block is taken apart.
    """
    found: list[Group] = []
    for name in report.order:
        node, facts = report.graph[name], report.nodes[name]
        if not facts.parameters:
            continue
        if found and node.layer.group == "Normalization":
            found[-1] = (*found[-1], name)
        else:
            found.append((name,))
    if len(found) != 1 or len(found[0]) != 1:
        return tuple(found)
    (only,) = found[0]
    if not isinstance(report.graph[only].layer, Block) or len(report.nodes[only].copies) != 1:
        return tuple(found)
    inner = groups(report.nodes[only].copies[0])
    return tuple(tuple(f"{only}/{path}" for path in group) for group in inner)


@RECIPES.file("linear_probe")
class LinearProbe(Recipe):
    """Trains the last layer first, then everything gently: keeps what was learned before.

    After A. Kumar et al., “Fine-Tuning can Distort Pretrained Features” (arXiv 2202.10054).
    """

    epochs: float = number(
        default=1.0, low=0, high=1e6, hint="How long only the last layer learns, in epochs."
    )
    factor: float = number(
        default=0.1, low=0, high=1000, hint="What is left of the learning rate for everything."
    )
    warmup: int = integer(
        default=0, low=0, high=10**9, hint="Steps in which the rate of thawed layers rises."
    )

    def ticks(self, report: Report) -> tuple[Tick, ...]:
        below = tuple(path for group in groups(report)[:-1] for path in group)
        if not below:
            return ()
        rest = Tick(
            name=_("All layers"),
            at=AtEpoch(at=self.epochs),
            actions=(Unfreeze(paths=below), Rate(value=self.factor)),
        )
        probe = Tick(name=_("Last layer only"), at=AtStep(), actions=(Freeze(paths=below),))
        return warmed((probe, rest), self.warmup)


@RECIPES.file("gradual_unfreezing")
class GradualUnfreezing(Recipe):
    """Thaws one layer after the other from the top; lower ones learn more slowly.

    After J. Howard and S. Ruder, “Universal Language Model Fine-tuning” (arXiv 1801.06146).
    """

    epochs: float = number(
        default=1.0, low=0.001, high=1e6, hint="How many epochs lie between two layers."
    )
    divisor: float = number(
        default=2.6, low=1, high=1000, hint="How much slower each layer learns than the one above."
    )
    warmup: int = integer(
        default=0, low=0, high=10**9, hint="Steps in which the rate of thawed layers rises."
    )

    def ticks(self, report: Report) -> tuple[Tick, ...]:
        *lower, _top = groups(report) or ((),)
        if not lower:
            return ()
        below = tuple(path for group in lower for path in group)
        first = Tick(
            name=_("Last layer only"),
            at=AtStep(),
            actions=(Freeze(paths=below), *_falling(lower, 1 / self.divisor)),
        )
        further = (
            Tick(at=AtEpoch(at=self.epochs * number), actions=(Unfreeze(paths=group),))
            for number, group in enumerate(reversed(lower), 1)
        )
        return warmed((first, *further), self.warmup)


@RECIPES.file("discriminative_rates")
class DiscriminativeRates(Recipe):
    """Lets every layer learn, each a little more slowly than the one above it."""

    decay: float = number(
        default=0.75, low=0, high=1, hint="The share of the rate of the layer above."
    )

    def ticks(self, report: Report) -> tuple[Tick, ...]:
        *lower, _top = groups(report) or ((),)
        actions = _falling(lower, self.decay)
        return (Tick(name=_("Rates by depth"), at=AtStep(), actions=actions),) if actions else ()


def warmed(ticks: Iterable[Tick], steps: int) -> tuple[Tick, ...]:
    """Return the ticks with the rate of thawed layers rising from nothing over some steps."""
    return tuple(_warmed(tick, steps) for tick in ticks)


def _warmed(tick: Tick, steps: int) -> Tick:
    rising = tuple(
        Rate(value=1.0, mode="times", start=0.0, ramp=steps, paths=action.paths)
        for action in tick.actions
        if isinstance(action, Unfreeze) and steps
    )
    return tick.changed(actions=(*tick.actions, *rising))


def _falling(lower: Iterable[Group], factor: float) -> tuple[Action, ...]:
    """Return the rates of the groups below the top one, each a factor of the one above."""
    return tuple(
        Rate(value=factor**depth, paths=group)
        for depth, group in enumerate(reversed(tuple(lower)), 1)
    )
