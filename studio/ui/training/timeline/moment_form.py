"""When a tick comes: a kind of moment, its settings, and which step that is."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from studio.fields import Declared, nearest
from studio.training.course.calendar import Calendar
from studio.training.ticks.moments import MOMENTS, Condition, Moment
from studio.ui import icons
from studio.ui.editors import Combo
from studio.ui.form import Form
from studio.ui.kit import Label, Note
from studio.ui.training.naming import metric_name
from studio.ui.training.timeline.edits import told_as
from studio.ui.words import sentence_of, title_of
from studio.wording import _


class MomentForm(QWidget):
    """Edits a moment; one that is told in another way stays the same step."""

    changed = Signal(object)

    def __init__(self, moment: Moment, metrics: Collection[str]) -> None:
        super().__init__()
        self.moment = moment
        self._metrics = tuple(metrics)
        self._calendar: Calendar | None = None
        self._step: int | None = None
        self.kind = Combo()
        self.kind.setAccessibleName(_("Kind of moment"))
        for cls in MOMENTS:
            self.kind.addItem(title_of(cls), cls.key)
            place = self.kind.count() - 1
            self.kind.setItemData(place, sentence_of(cls), Qt.ItemDataRole.ToolTipRole)
        self.about, self.place = Note(), Note()
        self.form = Form(moment)
        self.offers: QMenu | None = None
        """The metrics to choose from, where one is watched."""
        self._column = QVBoxLayout(self)
        self._arrange()
        self.setFocusProxy(self.kind)
        self.kind.activated.connect(lambda _index: self._turn(self.kind.currentData()))
        self._renew()

    @property
    def problem(self) -> str:
        """Why this is no moment yet, in a sentence; nothing if it is."""
        if not self.form.is_valid:
            return _("Correct the field that is marked.")
        if isinstance(self.moment, Condition) and self.moment.metric not in self._metrics:
            unknown = _("{metric} is not measured in this run.").format(metric=self.moment.metric)
            names = ", ".join(self._metrics)
            hint = nearest(self.moment.metric, self._metrics)
            return f"{unknown} {hint or _('Measured: {names}.').format(names=names)}"
        return ""

    def show_moment(self, moment: Moment) -> None:
        """Show another moment, without telling anyone."""
        same = type(moment) is type(self.moment)
        self.moment = moment
        if same:
            self.form.show_value(moment)
        else:
            self._renew()

    def show_place(self, calendar: Calendar | None, step: int | None) -> None:
        """Say which step the moment is, as far as that is known before the run."""
        self._calendar, self._step = calendar, step
        if isinstance(self.moment, Condition):
            said = _("Looked at after every epoch; when it comes is only known in the run.")
        elif calendar is None or step is None:
            said = ""
        elif step >= calendar.total:
            said = _("The run ends with step {total:,}: it never comes.").format(
                total=calendar.total
            )
        else:
            said = _("That is step {step:,} of {total:,}, after {epochs:.4g} epochs.").format(
                step=step, total=calendar.total, epochs=calendar.progress(step)
            )
        never = calendar is not None and step is not None and step >= calendar.total
        self.place.set_tone("warn" if never else "text3")
        self.place.setText(said)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(_("Comes at")), 42)
        row.addWidget(self.kind, 58)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(row)
        self._column.addWidget(self.about)
        self._column.addWidget(self.form)
        self._column.addWidget(self.place)

    def _turn(self, key: str) -> None:
        kind = MOMENTS[key]
        if kind is type(self.moment):
            return
        known = self._calendar is not None and self._step is not None
        if issubclass(kind, Condition) or not known:
            self.moment = kind()
        else:
            assert self._calendar is not None
            assert self._step is not None
            self.moment = told_as(kind, self._step, self._calendar)
        self._renew()
        self.changed.emit(self.moment)

    def _renew(self) -> None:
        """Show the form of another kind of moment."""
        kind = type(self.moment)
        self.kind.setCurrentIndex(self.kind.findData(kind.key))
        self.about.setText(sentence_of(kind))
        old, self.form = self.form, Form(self.moment)
        self._column.replaceWidget(old, self.form)
        old.setParent(None)
        old.deleteLater()
        self.offers = None
        if "metric" in self.form.names():
            (field,) = self.form.row("metric").editor.fields()
            assert isinstance(field, QLineEdit), "a metric is typed"
            self.offers = self._offered(field)
        self.form.changed.connect(lambda value, _name: self._take(value))

    def _offered(self, field: QLineEdit) -> QMenu:
        """Give a field a button with the metrics that there are."""
        menu = QMenu(field)
        for metric in self._metrics:
            entry = menu.addAction(metric_name(metric))
            entry.triggered.connect(partial(_write, field, metric))
        button = field.addAction(
            icons.icon("chevron_down", "text2"), QLineEdit.ActionPosition.TrailingPosition
        )
        button.setToolTip(_("Choose a metric"))
        button.triggered.connect(lambda: menu.popup(field.mapToGlobal(field.rect().bottomLeft())))
        return menu

    def _take(self, value: Declared) -> None:
        assert isinstance(value, Moment), "the form of a moment makes moments"
        self.moment = value
        self.changed.emit(value)


def _write(field: QLineEdit, text: str) -> None:
    """Write into a field as if it were typed."""
    field.setText(text)
    field.textEdited.emit(text)
