"""How a run that waits is put into words: what it trains, on what, and how it stands."""

from collections.abc import Iterator

from studio.analysis.analyze import analyze
from studio.graph.model import Graph
from studio.runs.request import RunRequest
from studio.ui.training.naming import ending_name
from studio.ui.words import title_of
from studio.wording import Plural, _, full, humanized, in_percent
from studio.workspace.queue import Entry


def network_text(graph: Graph) -> str:
    """Return how large a network is: "54.4 K parameters"."""
    count = humanized(int(analyze(graph).parameters))
    return _("{count} parameters").format(count=count)


def epochs_text(request: RunRequest) -> str:
    """Return how long a run is to take: "10 epochs"."""
    return Plural("1 epoch", "{count} epochs").of(request.plan.epochs)


def data_text(request: RunRequest) -> str:
    """Return on what a run trains."""
    return title_of(type(request.source))


def plan_text(request: RunRequest) -> str:
    """Return by which steps a run learns: "Adam 0.001 · batches of 64"."""
    plan = request.plan
    batches = _("batches of {count}").format(count=full(plan.batch_size))
    return f"{title_of(type(plan.optimizer))} {plan.optimizer.learning_rate:.4g} · {batches}"


def state_text(entry: Entry, share: float) -> str:
    """Return how an entry stands; `share` is how far the one under way is, from 0 to 1."""
    if entry.state == "running":
        return in_percent(share)
    if entry.state == "done":
        return ending_name(entry.message)
    return {"waiting": _("Waiting"), "failed": _("Failed")}[entry.state]


def told_lines(entry: Entry, network: str, share: float) -> Iterator[str]:
    """Yield everything there is to say of an entry, for its tooltip and a screen reader."""
    request = entry.request
    state = _("Running") if entry.state == "running" else ""
    yield ": ".join(filter(None, (entry.name, state or state_text(entry, share))))
    yield " · ".join((network, data_text(request), epochs_text(request)))
    yield plan_text(request)
    if request.parent is not None:
        text = _("Goes on with {run}") if request.resume else _("Starts from the weights of {run}")
        yield text.format(run=request.parent.name)
    if request.isolated:
        yield _("In a process of its own")
    if entry.run:
        yield _("Kept as {run}").format(run=entry.run)
    if entry.state == "failed" and entry.message:
        yield entry.message


def going_text(waiting: int, *, is_going: bool) -> str:
    """Return how the queue stands in which so many runs wait."""
    if not waiting:
        return _("The last one is under way") if is_going else _("Nothing waits")
    if is_going:
        return Plural("Going, 1 waits", "Going, {count} wait").of(waiting)
    return Plural("1 run waits", "{count} runs wait").of(waiting)


def way_text(*, is_going: bool) -> str:
    """Return what starting or holding the queue does."""
    if is_going:
        return _("The run under way comes to its end; those that wait go on waiting.")
    return _(
        "Trains the runs that wait, one after the other, from the top. "
        "A run that is under way comes to its end first."
    )


def clear_text(ended: int) -> str:
    """Return the words that take so many runs off the list."""
    return Plural("Clear the one that ended", "Clear the {count} that ended").of(ended)
