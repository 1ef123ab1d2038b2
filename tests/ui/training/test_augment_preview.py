"""Is what augmentation does seen before training, and does it follow the settings?"""

import numpy as np
import pytest

from studio.training.plan import read_plan
from studio.ui.training.augment_preview import AugmentPreview, BeforeAfter
from studio.ui.training.plan_panel import PlanPanel

PATIENCE = 60_000


@pytest.fixture
def loaded(qtbot, services):
    """A workspace whose pictures are there."""
    services.data.start()
    qtbot.waitUntil(lambda: services.workspace.split is not None, timeout=PATIENCE)
    return services.workspace


def planned(*augment):
    return read_plan({"augment": list(augment)}).augment


def test_the_strip_shows_what_the_settings_say_now(qtbot, shown, loaded):
    preview = AugmentPreview(loaded)
    assert preview.isHidden()
    shown(preview, 260, 200)
    loaded.set_plan(loaded.plan.changed(augment=planned({"type": "flip", "probability": 1.0})))
    qtbot.waitUntil(lambda: bool(preview.strip.rows), timeout=PATIENCE)
    before, after = preview.strip.rows
    assert np.array_equal(before, loaded.dataset.inputs[loaded.split.train[:4]])
    assert np.array_equal(after, before[..., ::-1])
    vertical = {"type": "flip", "probability": 1.0, "direction": "vertical"}
    loaded.set_plan(loaded.plan.changed(augment=planned(vertical)))
    expected = before[..., ::-1, :]
    qtbot.waitUntil(lambda: np.array_equal(preview.strip.rows[1], expected), timeout=PATIENCE)
    loaded.set_plan(loaded.plan.changed(augment=()))
    assert preview.isHidden()


def test_other_changes_are_drawn_when_asked_for(qtbot, shown, loaded):
    loaded.set_plan(loaded.plan.changed(augment=planned({"type": "shift", "pixels": 4})))
    preview = shown(AugmentPreview(loaded), 260, 200)
    qtbot.waitUntil(lambda: bool(preview.strip.rows), timeout=PATIENCE)
    first = preview.strip.rows[1]
    preview.again.click()
    qtbot.waitUntil(lambda: not np.array_equal(preview.strip.rows[1], first), timeout=PATIENCE)


def test_what_does_not_suit_the_data_is_said(qtbot, shown, loaded):
    loaded.set_plan(loaded.plan.changed(augment=planned("token_swap")))
    preview = shown(AugmentPreview(loaded), 260, 200)
    qtbot.waitUntil(lambda: "needs texts" in preview.note.text(), timeout=PATIENCE)
    assert not preview.strip.isVisible()


def test_the_plan_shows_the_strip_below_the_list_of_augmentations(qtbot, shown, loaded):
    loaded.set_plan(loaded.plan.changed(augment=planned("noise")))
    panel = shown(PlanPanel(loaded), 300, 800)
    panel.fold.click()
    found = panel.advanced.row("augment").editor.findChild(AugmentPreview)
    assert found.isVisible()
    qtbot.waitUntil(lambda: bool(found.strip.rows), timeout=PATIENCE)


def test_texts_are_shown_as_tokens(shown):
    strip = shown(BeforeAfter(), 260, 200)
    before, after = np.array([[2, 3, 0]]), np.array([[2, 1, 0]])
    strip.show_samples(before, after, ("<pad>", "<unk>", "good", "film"))
    assert strip._spelled(before[0]) == "good film"
    assert strip._spelled(after[0]) == "good <unk>"
    assert not strip.grab().isNull()


def test_spectrograms_have_their_low_pitches_at_the_foot(shown):
    strip = shown(BeforeAfter(), 260, 200)
    low = np.zeros((1, 1, 8, 8), np.uint8)
    low[:, :, 0] = 255
    strip.show_samples(low, low, (), rises=True)
    drawn = strip.grab().toImage()
    top, foot = (drawn.pixelColor(4, y).lightness() for y in (18, 74))
    assert top < 20
    assert foot > 235
