"""One more answer of the network for each further thing that is to be predicted."""

from studio.catalogue.dense.linear import Linear
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.training.choices.losses import CrossEntropy, Loss, MeanSquaredError
from studio.training.choices.targets import Target


def further(draft: Draft, dataset: Dataset, last: str) -> tuple[Target, ...]:
    """Add an answer for each further target of the data, from what feeds the layer `last`.

    Return the targets of the plan; none where there is but one, which needs no words.
    """
    source = draft.graph()[last].sources[0]
    if not dataset.more_targets or source is None:
        return ()
    targets = [Target(output="answer", loss=_loss(dataset.classes))]
    for number, (name, answer) in enumerate(dataset.more_targets.items(), 2):
        size = len(answer.classes) or answer.values.shape[1]
        head = draft.add(f"linear_{name_of(number)}", Linear(out_features=size), str(source))
        output = draft.output(name_of(number), head)
        targets.append(Target(output=output, field=name, loss=_loss(answer.classes)))
    return tuple(targets)


def name_of(number: int) -> str:
    """Return what the Output of an answer is called."""
    return f"answer_{number}"


def _loss(classes: tuple[str, ...]) -> Loss:
    return CrossEntropy() if classes else MeanSquaredError()
