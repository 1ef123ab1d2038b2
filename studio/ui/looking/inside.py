"""Looking inside as it goes on: what is asked of the run when a layer or a sample changes."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, QTimer, Signal

from studio.errors import StudioError
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.runs.info import read_info
from studio.runs.looking.seen import Look, Wish
from studio.runs.looking.standing import standing
from studio.ui.binding import follow
from studio.ui.canvas.view import CanvasView
from studio.ui.looking.card import LookCard
from studio.ui.looking.placing import beside, scroll_for
from studio.ui.trying.asking import Asking, Weights
from studio.wording import _
from studio.workspace import Workspace
from studio.workspace.trial import Trial

if TYPE_CHECKING:
    from studio.runs.looking.looker import Looker
    from studio.runs.trying import Tryout

_TOOLS = 50
"""Pixels at the head and the foot of the canvas where tools float."""
_CALM_MS = 40
"""How long a change waits for the next one: strokes come faster than looks are wanted."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A look with the sample that it is of."""

    trial: Trial
    look: Look


class Inside(QObject):
    """Keeps the card beside the selected layer in step with what is tried.

    The newest question wins, as when the run is asked for its answer.
    """

    turned = Signal(bool)
    """Whether looks are wanted from now on."""
    trial_asked = Signal()

    def __init__(self, workspace: Workspace, view: CanvasView) -> None:
        super().__init__(view)
        self._workspace, self._view = workspace, view
        self.card = LookCard(view)
        self.is_on = False
        self._asking, self._kept = Asking(self), _Kept()
        self._graphs: dict[Path, Graph] = {}
        self._roomy = ""
        self._soon = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._soon.timeout.connect(self._ask)
        self._asking.answered.connect(self._show)
        self._asking.refused.connect(self._refuse)
        self.card.asked.connect(self._ask)
        self.card.closed.connect(lambda: self.turn(on=False))
        self.card.trial_asked.connect(self.trial_asked)
        follow(self, workspace.trial_changed, lambda _trial: self._later())
        follow(self, workspace.selection_changed, lambda _selection: self._later())
        follow(self, workspace.location_changed, lambda _location: self._later())
        follow(self, workspace.page_changed, lambda _change: self._later())
        follow(self, view.moved, lambda _none: self._place())
        follow(self, view.canvas.arranged, lambda _none: self._place())

    def turn(self, *, on: bool) -> None:
        """Begin or end looking inside; the keyboard goes back to the canvas at the end."""
        if on == self.is_on:
            return
        self.is_on, self._roomy = on, ""
        if on:
            self._ask()
        else:
            self.card.hide()
            self._view.setFocus()
        self.turned.emit(on)

    def go_into(self) -> None:
        """Put the keyboard into the card, which is opened if need be; Escape leads back."""
        self.turn(on=True)
        card = self.card
        first = card.views if card.views.isVisible() else card.close_button
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _later(self) -> None:
        if self.is_on and not self._soon.isActive():
            self._soon.start()

    def _path(self) -> str:
        """Return the path of the one layer that is selected, or nothing."""
        chosen = self._workspace.selection
        if len(chosen) != 1 or not chosen <= set(self._workspace.page):
            return ""
        return "/".join((*self._workspace.location, *chosen))

    def _ask(self) -> None:
        """Ask for a look, or say why there is none."""
        self._soon.stop()
        if not self.is_on:
            return
        trial, path = self._workspace.trial, self._path()
        graph = self._graph(trial)
        if trial is None or graph is None:
            self.card.begin(path, ())
            self._say(self._what_is_missing())
        elif not path:
            self.card.begin(path, ())
            self._say(_("Click a layer to see what it does with “{name}”.").format(name=trial.name))
        elif standing(self._workspace.document.graph, graph, path) == "absent":
            self.card.begin(path, ())
            self._say(_("The run has no such layer. Train again to look inside it."))
        else:
            self.card.begin(path, _copies(graph, path))
            self._start(trial, self.card.wish())

    def _say(self, sentence: str) -> None:
        self.card.title.setText(self._path().replace("/", " › ") or _("Look inside"))
        self.card.say(sentence, offers_trial=self._workspace.trial is None and self._is_trained())
        self._show_card()

    def _is_trained(self) -> bool:
        history = self._workspace.history
        return history is not None and bool(history.checkpoints)

    def _what_is_missing(self) -> str:
        if self._is_trained():
            return _("Try a sample first: then this shows what each layer does with it.")
        return _("Train the network first: then this shows what each layer does with a sample.")

    def _start(self, trial: Trial, wish: Wish) -> None:
        kept = self._kept
        self._asking.turn_to(Weights(trial.run, trial.checkpoint))
        self._asking.ask(lambda tryout: _Seen(trial, kept.of(tryout).look(trial.inputs, wish)))

    def _show(self, seen: _Seen) -> None:
        if self.is_on and self._path() == seen.look.wish.path:
            self.card.show_look(seen.look, seen.trial.inputs, self._remark(seen))
            self._show_card()
            self._make_room()

    def _refuse(self, refusal: StudioError) -> None:
        if self.is_on:
            self._say(str(refusal))

    def _remark(self, seen: _Seen) -> str:
        """Return what is to be known where the canvas differs from the run."""
        graph = self._graph(seen.trial)
        if graph is None:
            return ""
        now = standing(self._workspace.document.graph, graph, seen.look.wish.path)
        return {
            "before": _("Layers before this one were edited since the run; this is as it ran."),
            "changed": _("This layer was edited since the run; this is as it ran."),
        }.get(now, "")

    def _graph(self, trial: Trial | None) -> Graph | None:
        """Return the network of the run that is asked, if it can be read."""
        if trial is None:
            return None
        if trial.run not in self._graphs:
            try:
                self._graphs = {trial.run: read_info(trial.run).graph}
            except StudioError:
                return None
        return self._graphs[trial.run]

    def _show_card(self) -> None:
        self._place()
        self.card.show()
        self.card.raise_()

    def _make_room(self) -> None:
        """Scroll once for each layer if it lies under the card and both have room."""
        path, (name, *_others) = self._path(), self._workspace.selection
        if path == self._roomy or self._view.mouse.gesture is not None:
            return
        self._roomy = path
        layer = _seen(self._view, name)
        if not self.card.geometry().intersects(layer):
            return
        off = scroll_for(layer, self.card.size(), self._view.rect())
        if off:
            self._view.scroll_by(QPointF(off, 0))
            self._view.moved.emit(None)

    def _place(self) -> None:
        """Lay the card beside its layer, wherever that is seen now."""
        if not self.is_on:
            return
        chosen = self._workspace.selection
        room = self._view.rect().adjusted(0, _TOOLS, 0, -_TOOLS)
        if self.card.height() > room.height():
            room.setBottom(self._view.height())
        if len(chosen) != 1 or not chosen <= set(self._view.canvas.nodes):
            corner = QPoint((room.width() - self.card.width()) // 2, 0)
            corner.setY(room.bottom() - self.card.height())
        else:
            corner = beside(_seen(self._view, *chosen), self.card.size(), room)
        self.card.move(corner)


def _seen(view: CanvasView, name: str) -> QRect:
    """Return where the card of a layer is seen in the view."""
    card = view.canvas.nodes[name].card
    return view.viewportTransform().mapRect(card).toAlignedRect()


class _Kept:
    """What looks into the run that is open; used on the thread of a task."""

    def __init__(self) -> None:
        self._looker: Looker | None = None

    def of(self, tryout: "Tryout") -> "Looker":
        """Return what looks into this run."""
        if self._looker is None or self._looker.tryout is not tryout:
            self._looker = importlib.import_module("studio.runs.looking.looker").Looker(tryout)
        return self._looker


def _copies(graph: Graph, path: str) -> tuple[int, ...]:
    """Return how often each block around a layer is repeated."""
    found = []
    for name in path.split("/")[:-1]:
        layer = graph[name].layer if name in graph else None
        if not isinstance(layer, Block):
            break
        found.append(layer.repeat)
        graph = layer.graph
    return tuple(found)
