"""How a choice takes on other names without forgetting what was chosen."""

from PySide6.QtWidgets import QComboBox


def fill(box: QComboBox, names: list[str]) -> None:
    """Offer these names; the one that is chosen stays, and nobody hears of it."""
    if [box.itemText(index) for index in range(box.count())] == names:
        return
    before = max(0, box.currentIndex())
    box.blockSignals(True)  # noqa: FBT003  Qt's own signature
    box.clear()
    box.addItems(names)
    box.setCurrentIndex(min(before, len(names) - 1))
    box.blockSignals(False)  # noqa: FBT003  Qt's own signature
