"""How the network and the plan that are proposed for the data are taken, and given back."""

from studio.errors import DataError
from studio.graph.change import Change
from studio.wording import _
from studio.workspace.project import Project
from studio.workspace.proposing import proposed


def adopt(project: Project) -> None:
    """Replace network and plan by those that are proposed; one undo brings both back.

    Raises DataError while no samples are loaded, and for those that no network is known for.
    """
    if project.dataset is None or project.split is None:
        raise DataError(_("No samples are loaded yet."), _("Choose a data set first."))
    before = (project.document.graph, project.plan)
    after = proposed(project.dataset, project.split)

    def follow(change: Change) -> None:
        for (old, plan), (new, other) in ((after, before), (before, after)):
            if change.before is old and change.after is new and project.plan == plan:
                project.set_plan(other)

    project.leave(0)
    project.document.commit(_("Propose a network"), after[0])
    project.set_plan(after[1])
    project.document.changed.connect(follow)
