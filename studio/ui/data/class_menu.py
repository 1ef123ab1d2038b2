"""Which class of samples is looked at: a menu that can be searched, also among thousands."""

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from studio.ui.editors import Combo
from studio.wording import _

_MANY = 20
"""Classes from which on typing finds one faster than scrolling."""


class ClassMenu(Combo):
    """All classes, or one of them; without `whole`, one of them always."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None, *, whole: bool = True) -> None:
        super().__init__(parent)
        self._whole = [_("All classes")] if whole else []
        self._classes: tuple[str, ...] = ()
        self._names = QStringListModel(self)
        self.setModel(self._names)
        self.setAccessibleName(_("Class"))
        self.setMinimumContentsLength(12)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.activated.connect(lambda _at: self.chosen.emit())

    @property
    def has_classes(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self._classes)

    @property
    def number(self) -> int | None:
        """The class that is chosen; None for all."""
        found = self.currentIndex() - len(self._whole)
        return found if found >= 0 else None

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes."""
        if classes != self._classes or not self.count():
            self._classes = classes
            self._names.setStringList([*self._whole, *classes])
            self.setEditable(len(classes) > _MANY)
            completer = self.completer()
            if completer is not None:
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCurrentIndex(0)
