"""What the frozen layers will save in the next run: said before it begins, with its one switch."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.gain import Data, Gain, freezing_gain
from studio.analysis.room import free_memory
from studio.training.plan import Plan
from studio.ui.binding import follow
from studio.ui.kit import Caption, Elided, IconLabel, Label, Note, Toggle, ValueLabel
from studio.ui.terms import terms_of
from studio.wording import _, byte_size, full
from studio.workspace import Workspace

_REST_MS = 60


class FreezeGain(QWidget):
    """The expected speed-up, why, and whether features are remembered; hidden with nothing frozen.

    `wide` puts all of it on one line. `free` tells the free bytes of the device of the run.
    """

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        wide: bool = False,
        free: Callable[[], int | None] = free_memory,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._free = workspace, free
        self.gain: Gain | None = None
        self.setAccessibleName(_("What freezing saves"))
        self.speed = ValueLabel(px=12 if wide else 14)
        self.speed.set_tone("ice")
        self.reason = Elided() if wide else Note()
        self.reason.set_tone("text3")
        self.toggle = Toggle(_("Remember features"), token="ice")
        self.toggle.clicked.connect(self._switch)
        self._choice = self._arrange_choice()
        (self._arrange_wide if wide else self._arrange_narrow)()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.refresh)
        follow(self, workspace.plan_changed, lambda _plan: self.outdate())
        follow(self, workspace.dataset_changed, lambda _dataset: self.outdate())

    def outdate(self) -> None:
        """Bring the numbers up to date when the hand rests; with nothing frozen there are none."""
        if self._workspace.report.frozen:
            self._rest.start()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Show what the open network and plan save."""
        workspace = self._workspace
        known = not workspace.report.errors
        self.gain = gain_of(workspace, self._free()) if known else None
        self.setVisible(self.gain is not None)
        if self.gain is None:
            return
        gain = self.gain
        self.speed.setText(_("{factor}× as fast").format(factor=f"{gain.speedup:.2g}"))
        self.reason.setText(reason_text(gain))
        lesson = lesson_text(gain)
        for widget in (self, self.reason):
            widget.setToolTip(lesson)
        self._choice.setVisible(gain.obstacle in {"", "off"})
        self.toggle.setChecked(gain.obstacle != "off")
        self.toggle.setToolTip(choice_text(gain))
        self._choice.setToolTip(choice_text(gain))
        self.setAccessibleDescription(f"{self.speed.text()}. {self.reason.text()}")

    def _switch(self, on: bool) -> None:  # noqa: FBT001  Qt calls it so
        plan: Plan = self._workspace.plan
        self._workspace.set_plan(plan.changed(cache_features="auto" if on else "off"))

    def _arrange_choice(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Label(_("Remember features")), 1)
        row.addWidget(self.toggle)
        return made

    def _arrange_wide(self) -> None:
        row = self._column(QHBoxLayout(self), 8)
        row.addWidget(IconLabel("snowflake", 14, "ice"))
        row.addWidget(Caption(_("Frozen layers")))
        row.addWidget(self.speed)
        row.addWidget(self.reason, 1)
        row.addWidget(self._choice)

    def _arrange_narrow(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Caption(_("Expected speed-up")), 1)
        head.addWidget(self.speed)
        column = self._column(QVBoxLayout(self), 6)
        column.addLayout(head)
        column.addWidget(self.reason)
        column.addWidget(self._choice)

    def _column(self, layout: QBoxLayout, spacing: int) -> QBoxLayout:
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spacing)
        return layout


def reason_text(gain: Gain) -> str:
    """Return in one sentence what the frozen layers save, the size of what is remembered first."""
    size, count = byte_size(gain.bytes), full(gain.beginning)
    if not gain.obstacle and gain.bytes:
        return _("{size} of features are remembered (frozen layers: {count}).").format(
            size=size, count=count
        )
    if not gain.obstacle:
        return _("Features are remembered (frozen layers: {count}).").format(count=count)
    if gain.obstacle == "memory":
        return _("{size} of features are too large to remember.").format(size=size)
    if gain.obstacle == "augmented":
        return _("Pictures change at random, so no features can be remembered.")
    if gain.layers:
        return _("Layers that run without gradients: {count}.").format(count=full(gain.layers))
    return _("Gradients still pass through the frozen layers.")


def lesson_text(gain: Gain) -> str:
    """Return how freezing saves time, and where the numbers of this network come from."""
    lines = [
        _("A training step should be {gain} times as fast as with nothing frozen.").format(
            gain=f"{gain.speedup:.2g}"
        ),
        _(
            "Layers at the beginning of a network that are frozen need no gradients: {count}."
        ).format(count=full(gain.layers)),
    ]
    if gain.obstacle == "nothing":
        lines.append(_("Freeze from the input on: a layer that trains below keeps them at work."))
    else:
        lines.append(
            _(
                "What they say of a sample never changes, so it is computed once, kept in memory "
                "and looked up in every later epoch."
            )
        )
    return "\n".join(lines)


def choice_text(gain: Gain) -> str:
    """Return what remembering costs and gives."""
    return _("{size} of memory; {with_} times as fast with it, {without} times without.").format(
        size=byte_size(gain.bytes), with_=f"{gain.remembered:.2g}", without=f"{gain.plain:.2g}"
    )


def gain_of(workspace: Workspace, free: int | None) -> Gain | None:
    """Return what the frozen layers of the open project save in its next run."""
    plan, split = workspace.plan, workspace.split
    samples = 0 if split is None else len(split.train) + len(split.validation)
    return freezing_gain(
        workspace.report,
        Data(samples, augmented=bool(plan.augment), free=free, terms=terms_of(workspace)),
        batch_size=plan.batch_size,
        wanted=plan.cache_features == "auto",
    )
