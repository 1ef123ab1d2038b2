"""What a run would do with these ticks or those, while the window thinks about them."""

from studio.errors import StudioError, TrainingError
from studio.graph.walk import walk
from studio.runs.history import History
from studio.training.course.fired import HAND, Fired, Record
from studio.training.course.length import Samples
from studio.training.course.preview import Preview, preview
from studio.training.ticks.sources import foreseen
from studio.training.ticks.tick import read_tick
from studio.ui.training.timeline.edits import Ticks
from studio.wording import _
from studio.workspace import State, Workspace

_MOST_NODES = 1_000
"""Layers beyond which rows could not be told apart any more."""


_KINDS = ("precision", "recall", "f1")
_OF_CLASSES = (
    *("loss", "accuracy", *_KINDS, "top5", "auroc", "perplexity"),
    *(f"{name}_{average}" for name in _KINDS for average in ("micro", "weighted")),
)
_OF_NUMBERS = ("loss", "mae", "mse", "rmse", "r2")


class Foresight:
    """Looks ahead for the network, the data and the plan of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.hands: tuple[Fired, ...] = ()
        """What was done by hand in the run under way, and the conditions that came true."""
        self.reached: int | None = None
        """Steps that the run under way has made; None while there is none."""

    def follow(self, history: History | None) -> bool:
        """Follow a run; return whether the future looks different now."""
        known = history if self.workspace.state is not State.IDLE else None
        self.reached = None if known is None else known.step
        hands = () if known is None else _by_hand(known)
        changed, self.hands = hands != self.hands, hands
        return changed

    def preview(self, ticks: Ticks | None = None) -> Preview | None:
        """Return what a run would do by these ticks, or by those of the plan.

        None as long as there is no network or no data. Raises StudioError for ticks that cannot be
        followed.
        """
        workspace = self.workspace
        if workspace.split is None or workspace.report.errors or not workspace.report.parameters:
            return None
        plan, graph = workspace.plan, workspace.document.graph
        if sum(1 for _node in walk(graph)) > _MOST_NODES:
            return None
        if ticks is not None:
            plan = plan.changed(ticks=ticks)
        base = None if workspace.path is None else workspace.path.parent
        later = foreseen(plan.ticks, base)
        samples = Samples.of(len(workspace.split.train), graph, later)
        return preview(plan, workspace.report, samples, Record(self.hands))

    def tried(self, ticks: Ticks, number: int) -> tuple[Preview | None, str]:
        """Return what a run would do, and in a sentence why tick `number` cannot be kept.

        Even then there may be something to look at.
        """
        try:
            found = self.preview(ticks)
        except StudioError as error:
            return None, str(error)
        return found, "" if found is None else self._trouble(found, number)

    def metrics(self) -> tuple[str, ...]:
        """Return the metrics that conditions can watch."""
        dataset = self.workspace.dataset
        return _OF_CLASSES if dataset is None or dataset.classes else _OF_NUMBERS

    def _trouble(self, found: Preview, number: int) -> str:
        step = found.course.moments.get(number)
        if step is not None and self.reached is not None and step <= self.reached:
            refusal = TrainingError(
                _("Step {step:,} is over: the run has made {reached:,}.").format(
                    step=step, reached=self.reached
                ),
                _("Choose a later moment."),
            )
            return str(refusal)
        for span in found.spans:
            if not span.trained:
                return _("From step {step:,} on every layer would be frozen or left out.").format(
                    step=span.first
                )
        return ""


def _by_hand(history: History) -> tuple[Fired, ...]:
    return tuple(
        Fired(came.step, read_tick(came.tick), came.number)
        for came in history.ticks
        if came.number == HAND or came.origin == "condition"
    )
