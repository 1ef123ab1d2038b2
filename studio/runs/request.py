"""What a run is asked for: everything that is needed to perform it, as one frozen value."""

from dataclasses import dataclass
from pathlib import Path

from studio.datasets.source import Source
from studio.graph.model import Graph
from studio.training.plan import Plan


@dataclass(frozen=True)
class RunRequest:
    """A network, its data and its plan, and where the run is to lie."""

    graph: Graph
    source: Source
    """With paths already resolved (see `Source.resolved`)."""
    plan: Plan
    folder: Path
    """Where all runs of a project lie; the run makes its own folder (`Started.run`) inside."""
    parent: Path | None = None
    """The folder of the run whose weights it starts from, or that it resumes."""
    resume: bool = False
    """Go on with `parent` itself, in its own folder, instead of starting a run from its weights.

    Its own network, data and plan hold then; only more epochs are taken from `plan`.
    """
    checkpoint: str = "last"
    """The checkpoint of `parent` whose weights a new run starts from: "last" or "best"."""
    isolated: bool = False
    """Train in a process of its own, which may die or be left alone without the program."""
