"""The timeline itself: shows a preview, and lets its flags be moved by mouse and keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.training.course.preview import Preview
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.training.timeline.edits import neighbor, snapped
from studio.ui.training.timeline.painting import Flag, paint_cursor
from studio.ui.training.timeline.picture import Picture
from studio.ui.training.timeline.place import CURVES, FLAGS, FOOT, ROW, Place
from studio.wording import _

_FREE = Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_COPY = QKeyCombination(Qt.Modifier.CTRL, Qt.Key.Key_D)


class TimelineStrip(QWidget):
    """Layers by time; flags can be dragged, moved with the arrow keys, and removed."""

    moved = Signal(int, int)
    """Number of a tick, and the step it goes to."""
    removed = Signal(int)
    edited = Signal(int)
    """The tick of this number is to be edited."""
    wanted = Signal(int, object)
    """A new tick is wanted: at which step, for which layer or None."""
    copied = Signal(int)
    """The tick of this number is to be duplicated."""
    asked = Signal(object, object, int)
    """A menu is wanted: for which flag or None, which layer or None, at which step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview: Preview | None = None
        self.flags: tuple[Flag, ...] = ()
        self.chosen: int | None = None
        self._dragged: int | None = None
        self._reached: int | None = None
        self._picture = Picture(self)
        self.setAccessibleName(_("Timeline of the run"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    def show_preview(self, preview: Preview | None, flags: Sequence[Flag]) -> None:
        """Show what a run will do."""
        self.preview, self.flags = preview, tuple(flags)
        if self.chosen is not None and self.chosen >= len(flags):
            self.chosen = None
        self.setAccessibleDescription(
            ", ".join(self._told(flag) for flag in self.flags) or _("No ticks yet.")
        )
        self.updateGeometry()
        self.update()

    def show_reached(self, reached: int | None) -> None:
        """Show that a run has come to this step; None while there is none."""
        before, self._reached = self._reached, reached
        if reached != before:
            self._move_cursor(before, reached)

    def choose(self, number: int | None) -> None:
        """Choose the flag of a tick, if it has one."""
        self._keep_chosen(-2 if number is None else number)

    def place(self) -> Place:
        """Return where things lie now."""
        return self._picture.place(self.preview)

    def sizeHint(self) -> QSize:
        rows = len(self.preview.layers) if self.preview else 3
        return QSize(420, round(FLAGS + CURVES + 6 + FOOT + ROW * min(max(rows, 2), 8)))

    def minimumSizeHint(self) -> QSize:
        rows = len(self.preview.layers) if self.preview else 3
        return QSize(200, FLAGS + CURVES + 6 + FOOT + 14 * min(max(rows, 2), 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.preview is None:
            painter.setPen(theme.current().text3)
            text = _("The course of the run appears here once network and data are known.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        else:
            painter.drawPixmap(0, 0, self._picture.shown(self.preview, self.flags, self.chosen))
            if self._reached is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_cursor(painter, self.place(), self._reached)
            if self.hasFocus():
                painter.setPen(QPen(theme.current().accent, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._flag_at(event.position())
        self.chosen = found
        if event.button() == _LEFT and self._is_free(found):
            self._dragged = found
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None or self.preview is None:
            over = self._flag_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
            return
        step = self.place().step(event.position().x())
        if not event.modifiers() & _FREE:
            step = snapped(step, self.preview.course.calendar)
        step = min(max(step, self._earliest), self.preview.steps - 1)
        flag = self.flags[self._dragged]
        if step != flag.step:
            self.moved.emit(flag.number, step)
            self._keep_chosen(flag.number)
            self._dragged = self.chosen

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.preview is None or event.button() != _LEFT:
            return
        found, point, place = self._flag_at(event.position()), event.position(), self.place()
        if found is None and point.x() >= place.area.left():
            step = snapped(place.step(point.x()), self.preview.course.calendar)
            last = self.preview.steps - 1
            self.wanted.emit(min(max(step, self._earliest), last), place.layer(point))
        elif found is not None and self._is_free(found):
            self.edited.emit(self.flags[found].number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.preview is None:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.asked.emit(self.chosen, None, self._here())
            return
        point = QPointF(event.pos())
        place = self.place()
        self.chosen = self._flag_at(point)
        self.update()
        step = snapped(place.step(point.x()), self.preview.course.calendar)
        self.asked.emit(self.chosen, place.layer(point), min(step, self.preview.steps - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        if key in {keys.Key_Up, keys.Key_Down} and self.flags:
            self._choose_next(1 if key == keys.Key_Down else -1)
        elif key in {keys.Key_Left, keys.Key_Right} and self.chosen is not None:
            self._nudge(1 if key == keys.Key_Right else -1, whole=not event.modifiers() & _FREE)
        elif key in {keys.Key_Delete, keys.Key_Backspace} and self._is_free(self.chosen):
            assert self.chosen is not None
            self.removed.emit(self.flags[self.chosen].number)
        elif key == keys.Key_Insert and self.preview is not None:
            self.wanted.emit(self._here(), None)
        elif key in {*_ENTER, keys.Key_F2} and self._is_free(self.chosen):
            assert self.chosen is not None
            self.edited.emit(self.flags[self.chosen].number)
        elif key in _ENTER and self.preview is not None:
            self.asked.emit(self.chosen, None, self._here())
        elif event.keyCombination() == _COPY and self._is_own(self.chosen):
            assert self.chosen is not None
            self.copied.emit(self.flags[self.chosen].number)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.keyCombination() == _COPY and self._is_own(self.chosen)
            event.setAccepted(mine)  # else the canvas would duplicate layers
            return mine
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.explanation(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def explanation(self, point: QPointF) -> str:
        """Return what lies at a point of the widget, in a sentence."""
        if self.preview is None:
            return ""
        place, found = self.place(), self._flag_at(point)
        if found is not None:
            return self._told(self.flags[found])
        if not place.area.left() <= point.x() <= place.area.right():
            return ""
        step = min(place.step(point.x()), self.preview.steps - 1)
        span, row = self.preview.span(step), place.layer(point)
        if row is None:
            return _("Step {step:,}: rate {rate}, {count:,} parameters learn.").format(
                step=step, rate=f"{self.preview.rate(step):.3g}", count=span.trainable
            )
        path = self.preview.layers[row]
        if path in span.bypassed:
            return _("{layer}, step {step:,}: left out.").format(layer=path, step=step)
        if path not in span.trained:
            return _("{layer}, step {step:,}: frozen, it does not move.").format(
                layer=path, step=step
            )
        rate = f"{self.preview.layer_rates(step)[path]:.3g}"
        return _("{layer}, step {step:,}: learns at the rate {rate}.").format(
            layer=path, step=step, rate=rate
        )

    def _move_cursor(self, before: int | None, now: int | None) -> None:
        """Repaint what the cursor passed over, if it is seen to move."""
        if before is None or now is None:
            self.update()
            return
        left, right = sorted(round(self.place().x(step)) for step in (before, now))
        if left != right:
            self.update(QRect(left - 1, 0, right - left + 3, self.height()))

    def _flag_at(self, point: QPointF) -> int | None:
        return self.place().nearest(point, [flag.step for flag in self.flags])

    def _told(self, flag: Flag) -> str:
        return _("{title} (step {step:,})").format(title=flag.title, step=flag.step)

    def _is_own(self, index: int | None) -> bool:
        return index is not None and self.flags[index].number >= 0

    def _is_free(self, index: int | None) -> bool:
        """Whether a flag can be moved or taken away: what came already cannot."""
        return self._is_own(index) and self.flags[index or 0].step >= self._earliest

    @property
    def _earliest(self) -> int:
        """The first step to which a tick can be moved."""
        return 0 if self._reached is None else self._reached + 1

    def _here(self) -> int:
        """Return the step at which something is done by keyboard: that of the chosen flag."""
        return self.flags[self.chosen].step if self.chosen is not None else self._earliest

    def _choose_next(self, direction: int) -> None:
        last = len(self.flags) - 1
        if self.chosen is None:
            self.chosen = 0 if direction > 0 else last
        else:
            self.chosen = min(max(0, self.chosen + direction), last)
        self.update()

    def _nudge(self, direction: int, *, whole: bool) -> None:
        if not self._is_free(self.chosen) or self.preview is None or self.chosen is None:
            return
        flag, calendar = self.flags[self.chosen], self.preview.course.calendar
        step = neighbor(flag.step, calendar, direction) if whole else flag.step + direction
        self.moved.emit(flag.number, min(max(self._earliest, step), self.preview.steps - 1))
        self._keep_chosen(flag.number)

    def _keep_chosen(self, number: int) -> None:
        """Let the same tick stay chosen, wherever its flag stands in the order by now."""
        numbers = [flag.number for flag in self.flags]
        self.chosen = numbers.index(number) if number in numbers else None
        self.update()
