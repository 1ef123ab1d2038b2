"""The gallery: found by area and word, shown with its numbers, opened in any size."""

import pytest
from PySide6.QtCore import Qt

from studio import gallery
from studio.ui.gallery import GalleryDialog
from studio.ui.gallery.shelf import FACTS


@pytest.fixture
def dialog(qtbot, studio):
    made = GalleryDialog(studio.window)
    qtbot.addWidget(made)
    made.show()
    return made


def _titles(dialog) -> list[str]:
    cards = dialog.shelf.cards
    return [cards.index(row).data() for row in range(cards.rowCount())]


def _find(dialog, words):
    dialog.search.setText(words)


def test_it_begins_with_an_empty_network_and_shows_all(dialog, studio):
    assert len(_titles(dialog)) == len(gallery.names()) + 1
    assert _titles(dialog)[0] == "Empty network"
    dialog.details.take()
    studio.services.workspace.new_from(dialog.chosen)
    assert not studio.services.workspace.page.nodes
    assert studio.services.workspace.name == "Untitled"


def test_words_find_networks_by_name_year_and_reference(dialog):
    _find(dialog, "resnet 152")
    assert _titles(dialog) == ["ResNet-152"]
    _find(dialog, "hf.gpt2-xl")
    assert _titles(dialog) == ["GPT-2 XL (1.5B)"]
    _find(dialog, "nothing like this")
    assert _titles(dialog) == []
    assert not dialog.details.open.isEnabled()
    assert dialog.details.title.text() == "Nothing found"


def test_an_area_shows_its_networks_only(dialog):
    rows = [dialog.areas.item(row) for row in range(dialog.areas.count())]
    sound = next(item for item in rows if item.text().startswith("Sound"))
    dialog.areas.setCurrentItem(sound)
    assert _titles(dialog)
    assert all("Whisper" in title for title in _titles(dialog))


def test_cards_get_their_numbers_while_one_looks(qtbot, dialog):
    _find(dialog, "vgg-16")
    index = dialog.shelf.cards.index(0)
    qtbot.waitUntil(lambda: index.data(FACTS) is not None, timeout=5000)
    assert index.data(FACTS).parameters == 138_357_544
    assert "138,357,544" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)


def test_another_size_shows_its_numbers_and_is_what_opens(qtbot, dialog, studio):
    _find(dialog, "GPT-2 (124M)")
    published = dialog.details._numbers["depth"].text()
    row = dialog.details._form.row("layers")
    row.editor.edited.emit(3)
    qtbot.waitUntil(lambda: dialog.details._numbers["depth"].text() != published, timeout=5000)
    assert dialog.details._numbers["depth"].text() == "13"
    qtbot.keyClick(dialog.shelf, Qt.Key.Key_Return)
    assert dialog.chosen == "gpt2?layers=3"
    assert studio.services.workspace.new_from(dialog.chosen)
    assert studio.services.workspace.name == "gpt2"
    assert studio.services.workspace.report.depth == 13


def test_a_size_that_cannot_be_says_why_and_does_not_open(qtbot, dialog):
    _find(dialog, "ViT-B/16")
    dialog.details._form.row("heads").editor.edited.emit(7)
    qtbot.waitUntil(lambda: not dialog.details.open.isEnabled(), timeout=5000)
    assert "7" in dialog.details.refusal.text()
    dialog.details.usual.click()
    assert dialog.details.open.isEnabled()


def test_words_look_in_every_area_and_letters_typed_on_the_cards_are_words(qtbot, dialog):
    dialog.areas.setCurrentRow(2)
    qtbot.keyClicks(dialog.shelf, "w")
    assert dialog.focusWidget() is dialog.search
    qtbot.keyClicks(dialog.search, "hisper")
    assert _titles(dialog)
    assert all("Whisper" in title for title in _titles(dialog))


def test_two_columns_stay_two_when_the_scroll_bar_goes(dialog):
    _find(dialog, "GPT-2")
    first, second = (dialog.shelf.visualRect(dialog.shelf.cards.index(row)) for row in range(2))
    assert second.top() == first.top()


def test_enter_in_a_field_opens_the_size_that_was_typed(qtbot, dialog):
    _find(dialog, "ViT-B/16")
    heads = dialog.details._form.row("heads").editor
    heads.edited.emit(7)
    qtbot.waitUntil(lambda: not dialog.details.open.isEnabled(), timeout=5000)
    heads.edited.emit(6)
    qtbot.waitUntil(dialog.details.open.isEnabled, timeout=5000)
    heads.setFocus()
    qtbot.keyClick(heads, Qt.Key.Key_Return)
    assert dialog.chosen == "vit-b-16?heads=6"


def test_the_whole_gallery_can_be_used_with_the_keyboard(qtbot, dialog):
    assert dialog.focusWidget() is dialog.shelf
    qtbot.keyClick(dialog.shelf, Qt.Key.Key_Right)
    qtbot.keyClick(dialog.shelf, Qt.Key.Key_Return)
    assert dialog.chosen == gallery.names()[0]
