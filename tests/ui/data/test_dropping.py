"""What is dropped on the window: projects are opened, data are taken, anything else is left."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.data.dropping import Drops

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def taken(window):
    found: list[tuple[str, Path | str]] = []
    Drops(
        window,
        lambda path: found.append(("open", path)),
        lambda path: found.append(("bring", path)),
        lambda refusal: found.append(("refuse", str(refusal))),
    )
    return found


def drop(window: QWidget, *places: str) -> bool:
    """Drop these addresses; return whether they were welcome."""
    carried = QMimeData()
    carried.setUrls([QUrl(place) for place in places])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), action, carried, button, NONE)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), action, carried, button, NONE))
    return enter.isAccepted()


def test_a_folder_brings_data(window, taken, tmp_path):
    assert drop(window, QUrl.fromLocalFile(str(tmp_path)).toString())

    assert taken == [("bring", tmp_path)]


def test_a_project_is_opened(window, taken, tmp_path):
    path = tmp_path / "mine.layerwise"

    assert drop(window, QUrl.fromLocalFile(str(path)).toString())

    assert taken == [("open", path)]


@pytest.mark.parametrize(
    "places", [("https://example.org/data.zip",), ("file:///a", "https://example.org/b"), ()]
)
def test_anything_else_is_not_welcome(window, taken, places):
    assert not drop(window, *places)

    assert taken == []


def test_several_files_are_refused_with_what_would_help(window, taken):
    assert drop(window, "file:///photos/a.png", "file:///photos/b.png")
    assert drop(window, "file:///photos/a.png", "file:///sounds/b.wav")

    (_word, one_folder), (_word, two_folders) = taken
    assert "2 files" in one_folder
    assert "/photos" in one_folder
    assert "Put them into one folder" in two_folders
