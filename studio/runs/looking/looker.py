"""A run that is open is looked into again and again, each time with one sample."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from studio.datasets.dataset import Array
from studio.datasets.source import read_source
from studio.errors import StudioError, TrainingError
from studio.graph.model import Graph
from studio.runs.failures import damage_told
from studio.runs.looking.answering import choices
from studio.runs.looking.attending import looks
from studio.runs.looking.listening import Spot, heard
from studio.runs.looking.measuring import attention_of, measured
from studio.runs.looking.relevance import grad_cam, saliency
from studio.runs.looking.seen import Activation, Attention, Look, Relevance, Wish
from studio.runs.looking.words import Words, channels_lead, page_of, words_along
from studio.runs.trying import Tryout
from studio.wording import _

_WORDS = 4096
"""Names of more numbers are not brought along."""


class Looker:
    """Looks into the network of a run; nothing in it changes, no random number is drawn.

    It answers one question at a time.
    """

    def __init__(self, tryout: Tryout) -> None:
        self.tryout = tryout
        trained = tryout.trained
        self._words = Words(trained.info.learned, trained.first)
        self._rises = _rises(trained.info.project.data)

    @property
    def graph(self) -> Graph:
        """The network as it was trained."""
        return self.tryout.trained.info.graph

    def look(self, inputs: Mapping[str, Array], wish: Wish) -> Look:
        """Return what a layer does with one sample for each Input (see `Trial.inputs`).

        Raises TrainingError for a layer that the run does not have or no answer depends on; why
        there is no relevance is said in the look.
        """
        trained = self.tryout.trained
        with damage_told(self.tryout.run), trained.machine.threads_set():
            batch = self.tryout.prepared(inputs)
            activation, attention = self._seen(inputs, batch, wish)
            relevance, objection = self._relevance(inputs, batch, wish)
        names = choices(trained)
        return Look(wish, activation, attention, relevance, objection, names, self._rises)

    def _seen(
        self, inputs: Mapping[str, Array], batch: tuple[Tensor, ...], wish: Wish
    ) -> tuple[Activation, Attention | None]:
        trained, said = self.tryout.trained, self._said(inputs)
        ear = _Noting(wish, attends=_attends(self.graph, wish.path))
        with torch.no_grad(), trained.machine.autocast():
            heard(trained.network, ear)(*batch)
        if ear.result is None:
            raise TrainingError(
                _("{layer} does not run: no answer of this run depends on it.").format(
                    layer=wish.path
                )
            )
        activation = self._activation(ear, wish, said)
        if ear.looks is None:
            return activation, None
        found = attention_of(ear.looks)
        both = [
            words_along(self.graph, wish.path, wire, count, said)
            for wire, count in ((0, found.steps), (int(ear.wires > 1), found.seen))
        ]
        return activation, replace(found, words=both[0], seen_words=both[1])

    def _activation(
        self, ear: "_Noting", wish: Wish, said: Mapping[str, tuple[str, ...]]
    ) -> Activation:
        assert ear.result is not None, "a layer that did not run has no activation"
        leads = channels_lead(self.graph, wish.path)
        found = measured(ear.result[0], wish.first, channels_first=leads)
        words: tuple[str, ...] = ()
        if found.kind == "sequence":
            steps = found.figures.shape[-1 if leads else 0]
            words = words_along(self.graph, wish.path, 0, steps, said)[:: found.factor]
        elif found.kind == "vector":
            words = self._names(wish.path, found.units)
        return replace(found, words=words, outputs=ear.outputs, is_bypassed=ear.bypassed)

    def _names(self, path: str, count: int) -> tuple[str, ...]:
        """Return what the numbers of a vector are called: classes of the answer, or columns."""
        trained = self.tryout.trained
        info, answer = trained.info, trained.objective.targets[0].output
        node = self.graph.nodes.get(path)
        feeds = [wire.node for wire in self.graph[answer].sources if wire is not None]
        if path in {answer, *feeds} and len(info.classes) == count:
            return info.classes
        if path == trained.first and node is not None and len(info.columns) == count <= _WORDS:
            return info.columns
        return ()

    def _said(self, inputs: Mapping[str, Array]) -> dict[str, tuple[str, ...]]:
        return {name: self._words.of(name, one) for name, one in inputs.items()}

    def _relevance(
        self, inputs: Mapping[str, Array], batch: tuple[Tensor, ...], wish: Wish
    ) -> tuple[Relevance | None, str]:
        if not wish.overlay:
            return None, ""
        make = grad_cam if wish.overlay == "grad_cam" else saliency
        try:
            found = make(self.tryout.trained, inputs, batch, wish)
        except TrainingError as refusal:
            return None, str(refusal)
        said = self._said(inputs).get(found.input, ())
        columns = self.tryout.trained.info.columns
        names = said if said else columns
        fits = found.raised.ndim == 1 and len(names) == len(found.raised)
        return replace(found, words=names if fits else ()), ""


class _Noting:
    """Notes what one layer gives, and whom it looks at."""

    def __init__(self, wish: Wish, *, attends: bool) -> None:
        self._wish, self._attends = wish, attends
        self.result: Tensor | None = None
        self.looks: Tensor | None = None
        self.outputs, self.wires, self.bypassed = 1, 0, False

    def __call__(self, spot: Spot, call: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Any:
        """Call the layer."""
        result = call(*inputs)
        copies = tuple(self._wish.copy_of(depth) for depth in range(len(spot.copies)))
        if self.result is None and (spot.path, spot.copies) == (self._wish.path, copies):
            self._note(spot, call, inputs, result)
        return result

    def _note(
        self, spot: Spot, call: Callable[..., Any], inputs: tuple[Tensor, ...], result: Any
    ) -> None:
        self.bypassed, self.wires = spot.bypassed, len(inputs)
        parts = result if isinstance(result, tuple) else (result,)
        self.outputs = len(parts)
        self.result = parts[min(self._wish.output, len(parts) - 1)].clone()
        if self._attends and not spot.bypassed:
            self.looks = looks(call, inputs)


def _rises(data: Mapping[str, Any]) -> bool:
    """Whether samples are pictures of sounds, whose low pitches come first."""
    try:
        return bool(data) and read_source(data).takes == "sound"
    except StudioError:
        return False


def _attends(graph: Graph, path: str) -> bool:
    """Whether a layer is one of those that look."""
    *blocks, name = path.split("/")
    node = page_of(graph, blocks).nodes.get(name)
    return node is not None and node.layer.group == "Attention"
