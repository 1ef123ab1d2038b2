"""A small window of another program from which one file or folder can be dragged.

python drag_source.py PATH X Y
"""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Carrier(QLabel):
    """Hands out its path as soon as the mouse goes down on it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.resize(120, 60)

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt calls it so
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(self._path)])
        drag = QDrag(self)
        drag.setMimeData(carried)
        drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    application = QApplication([])
    carrier = Carrier(sys.argv[1])
    carrier.move(int(sys.argv[2]), int(sys.argv[3]))
    carrier.show()
    sys.exit(application.exec())
