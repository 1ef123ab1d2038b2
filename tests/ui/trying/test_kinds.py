"""Is every kind of sample asked for in its own way, answered live, and explained where it fails?"""

import itertools
import wave

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest

from studio.datasets.source import read_source
from studio.ui.trying import recording
from studio.ui.trying.panel import TryPanel
from studio.ui.trying.telling import right
from tests.unit.runs.writers import speaker, translator

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction
_SPANS = ((1950, 2020), (1, 13), (1, 28))


@pytest.fixture
def wait(qtbot):
    """A function that waits until a panel has its answer."""

    def until_answered(panel) -> None:
        qtbot.waitUntil(
            lambda: not panel.asking.is_busy and not panel.samples.is_reading, timeout=PATIENCE
        )

    return until_answered


def drop(widget, data: QMimeData) -> None:
    place, none = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(place, COPY, data, LEFT, none))


def file_data(path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(0)
    path = tmp_path / "houses.csv"
    lines = ["area,rooms,town,built,price"]
    for _row in range(300):
        area, rooms = random.uniform(40, 200), int(random.integers(1, 7))
        town = str(random.choice(["Bonn", "Köln", "Ulm"]))
        price = 1000 * area + (90_000 if town == "Köln" else 0)
        shown = "" if random.random() < 0.1 else f"{area:.1f}"
        day = (
            f"{random.integers(1950, 2020)}-{random.integers(1, 13):02}-{random.integers(1, 28):02}"
        )
        lines.append(f"{shown},{rooms},{town},{day},{price:.0f}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_source({"type": "table", "file": str(path), "target": "price"})


def test_a_row_is_a_form_with_ranges_choices_and_dates(qtbot, shown, trained, table, wait):
    workspace = trained(source=table, epochs=30)
    panel = shown(TryPanel(workspace), 330, 760)
    wait(panel)
    cells = panel.fields[0].cells
    assert list(cells) == ["area", "rooms", "town", "built"]
    assert [type(cell).__name__ for cell in cells.values()] == [
        *("NumberCell", "NumberCell", "CategoryCell", "DateCell")
    ]
    assert "40" in cells["area"].toolTip()
    assert "199" in cells["area"].toolTip()
    assert cells["area"].field.placeholderText() == "missing"
    first = panel.answer.answer.text()
    assert panel.answer.note.text() == "price"
    assert 30_000 < float(first.replace(",", "")) < 300_000, "in its own units"
    cells["area"].field.selectAll()
    qtbot.keyClicks(cells["area"].field, "195")
    wait(panel)
    large = float(panel.answer.answer.text().replace(",", ""))
    QTest.keyClick(cells["area"].slider, Qt.Key.Key_Home)
    wait(panel)
    small = float(panel.answer.answer.text().replace(",", ""))
    assert large > small + 50_000
    assert float(cells["area"].field.text()) < 45
    there = cells["town"].combo.findText("Köln")
    cells["town"].combo.setCurrentIndex(there)
    cells["built"].edit.stepUp()
    wait(panel)
    assert panel.answer.answer.text() != f"{small:,.0f}"
    told = workspace.trial.inputs[panel.fields[0].name]
    assert told.shape == tuple(workspace.dataset.sample)


def test_a_row_with_nonsense_is_explained_and_one_with_a_gap_is_not(
    qtbot, shown, trained, table, wait
):
    panel = shown(TryPanel(trained(source=table, epochs=1)), 330, 760)
    wait(panel)
    field = panel.fields[0].cells["area"].field
    field.selectAll()
    qtbot.keyClicks(field, "big")
    wait(panel)
    assert panel.answer.note.text() == "“area” needs a number, but “big” is none."
    assert field.property("invalid") is True
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    wait(panel)
    assert panel.answer.answer.text()
    assert field.property("invalid") is False


def test_a_test_row_fills_the_form_and_gives_the_same_answer_when_typed(
    qtbot, shown, trained, table, wait
):
    workspace = trained(source=table, epochs=3)
    panel = shown(TryPanel(workspace), 330, 760)
    wait(panel)
    for _try in range(3):
        qtbot.mouseClick(panel.sample, LEFT)
        qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)
        before, sample = panel.answer.answer.text(), workspace.trial.inputs
        panel.fields[0].cells["rooms"].changed.emit()  # as if a hand had typed all of it
        wait(panel)
        assert panel.answer.answer.text() == before
        for name, values in workspace.trial.inputs.items():
            assert values.tolist() == sample[name].tolist()
        assert "right answer" not in panel.answer.note.text()


@pytest.fixture
def reviews(tmp_path):
    random = np.random.default_rng(0)
    good, bad = ("great", "lovely", "fine"), ("awful", "boring", "bad")
    lines = []
    for row in range(240):
        words = random.choice(good if row % 2 else bad, 3).tolist()
        lines.append(f"the film was {' and '.join(words)}\t{'good' if row % 2 else 'poor'}")
    path = tmp_path / "reviews.tsv"
    path.write_text("\n".join(["text\tlabel", *lines]), encoding="utf-8")
    return read_source({"type": "texts", "path": str(path)})


def test_a_sentence_is_answered_at_every_key_and_unknown_words_are_marked(
    qtbot, shown, trained, reviews, wait
):
    workspace = trained(source=reviews, epochs=8)
    panel = shown(TryPanel(workspace), 330, 760)
    field = panel.fields[0]
    qtbot.keyClicks(field.edit, "The film was great and lovely and splendid")
    wait(panel)
    assert panel.answer.answer.text() == "good"
    start = field.text.index("splendid")
    assert field.marks.places == ((start, start + 8),)
    assert "splendid" in field.told.text()
    assert workspace.trial.name.startswith("The film")
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "awful " * 40)
    wait(panel)
    assert panel.answer.answer.text() == "poor"
    assert "40 tokens" in field.told.text()
    field.edit.selectAll()
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    wait(panel)
    assert panel.answer.answer.text() == ""
    assert workspace.trial is None


def test_a_beginning_is_gone_on_with_until_it_is_stopped(qtbot, shown, trained, tmp_path, wait):
    path = tmp_path / "verse.txt"
    path.write_text("abcdefgh " * 900, encoding="utf-8")
    source = read_source({"type": "corpus", "file": str(path), "window": 16})
    workspace = trained(source=source, graph=speaker(16, 11), epochs=4)
    panel = shown(TryPanel(workspace), 330, 760)
    field = panel.fields[0]
    qtbot.keyClicks(field.edit, "abcdefgh abc")
    wait(panel)
    assert panel.answer.answer.text() == "d"
    assert "comes next" in panel.answer.note.text()
    field.manner.set_value("likeliest")
    qtbot.mouseClick(field.go_on, LEFT)
    qtbot.waitUntil(lambda: len(field.text) > 60, timeout=PATIENCE)
    qtbot.mouseClick(field.go_on, LEFT)
    wait(panel)
    assert not field.is_writing
    assert field.text.startswith("abcdefgh abcdefgh abcdefgh")
    length = len(field.text)
    qtbot.mouseClick(field.go_on, LEFT)
    qtbot.keyClicks(field.edit, "x")
    wait(panel)
    assert not field.is_writing, "a key stops the writing"
    assert len(field.text) < length + 30


@pytest.fixture
def photos(tmp_path):
    random = np.random.default_rng(0)
    for name, channel in (("red", 0), ("green", 1)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(40):
            pixels = random.integers(0, 90, (12, 12, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return read_source({"type": "pictures", "folder": str(tmp_path / "photos")})


def test_a_picture_is_dropped_pasted_and_drawn(qtbot, shown, trained, photos, tmp_path, wait, draw):
    panel = shown(TryPanel(trained(source=photos, epochs=6)), 330, 760)
    field = panel.fields[0]
    Image.new("RGB", (300, 200), (30, 220, 40)).save(tmp_path / "grass.png")
    drop(panel, file_data(tmp_path / "grass.png"))
    qtbot.waitUntil(lambda: panel.answer.answer.text() == "green", timeout=PATIENCE)
    assert panel.answer.seen.size_told.text() == "3 × 12 × 12"
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(0xE01010)
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(field.pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.answer.answer.text() == "red", timeout=PATIENCE)
    (tmp_path / "notes.txt").write_text("no picture")
    drop(panel, file_data(tmp_path / "notes.txt"))
    qtbot.waitUntil(lambda: "not a picture" in panel.answer.note.text(), timeout=PATIENCE)
    qtbot.mouseClick(field.draw, LEFT)
    draw(field.pad, (30, 30), (120, 120))
    wait(panel)
    assert panel.answer.answer.text() in {"red", "green"}
    assert field.called == "drawing"


def tone(path, pitch: float, seconds: float = 0.25) -> None:
    times = np.arange(int(8000 * seconds)) / 8000
    values = (np.sin(2 * np.pi * pitch * times) * 20000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(values.tobytes())


@pytest.fixture
def tones(tmp_path):
    random = np.random.default_rng(0)
    for name, pitch in (("high", 2000.0), ("low", 250.0)):
        (tmp_path / "tones" / name).mkdir(parents=True)
        for number in range(30):
            tone(tmp_path / "tones" / name / f"{number}.wav", pitch * random.uniform(0.9, 1.1))
    return read_source({"type": "sounds", "folder": str(tmp_path / "tones")})


def test_a_sound_is_dropped_and_the_record_button_says_what_it_needs(
    qtbot, shown, trained, tones, tmp_path, wait, monkeypatch
):
    panel = shown(TryPanel(trained(source=tones, epochs=6)), 330, 760)
    field = panel.fields[0]
    tone(tmp_path / "whistle.wav", 1950.0)
    drop(panel, file_data(tmp_path / "whistle.wav"))
    wait(panel)
    assert panel.answer.answer.text() == "high"
    assert field.called == "whistle.wav"
    assert panel.answer.seen.isVisible()
    monkeypatch.setattr(recording, "is_possible", lambda: False)
    qtbot.mouseClick(field.record, LEFT)
    assert "pip install sounddevice" in panel.answer.note.text()
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    drop(panel, file_data(tmp_path / "broken.wav"))
    wait(panel)
    assert "no usable sound" in panel.answer.note.text()
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)


def test_what_a_microphone_hears_is_asked(qtbot, shown, trained, tones, wait, monkeypatch):
    class Device:
        """Hums instead of listening."""

        def rec(self, samples: int, samplerate: int, channels: int):
            times = np.arange(samples)[:, np.newaxis] / samplerate
            return np.sin(2 * np.pi * 255.0 * times).astype(np.float32).repeat(channels, 1)

        def wait(self) -> None:
            """Return at once."""

    panel = shown(TryPanel(trained(source=tones, epochs=6)), 330, 760)
    monkeypatch.setattr(recording, "is_possible", lambda: True)
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", Device())
    qtbot.mouseClick(panel.fields[0].record, LEFT)
    qtbot.waitUntil(lambda: panel.answer.answer.text() == "low", timeout=PATIENCE)
    assert panel.fields[0].called == "recording"


def test_built_in_tables_have_a_form_too(qtbot, shown, trained, wait):
    workspace = trained("mlp", 3)
    panel = shown(TryPanel(workspace), 330, 760)
    wait(panel)
    assert panel.answer.answer.text() in workspace.source.facts().classes
    first = next(iter(panel.fields[0].cells.values()))
    qtbot.mouseClick(first.field, LEFT, pos=QPoint(5, 5))
    first.field.selectAll()
    qtbot.keyClick(first.field, Qt.Key.Key_Delete)
    wait(panel)
    assert "needs a number" in panel.answer.note.text()


def test_a_window_of_a_series_is_typed_or_taken_from_the_data(
    qtbot, shown, trained, tmp_path, wait
):
    path = tmp_path / "tides.csv"
    days = [
        f"2021-{1 + n // 28:02}-{1 + n % 28:02},{10 + 5 * np.sin(n / 3):.3f}" for n in range(300)
    ]
    path.write_text("\n".join(["day,height", *days]), encoding="utf-8")
    source = read_source({"type": "series", "file": str(path), "window": 12, "horizon": 2})
    panel = shown(TryPanel(trained(source=source, epochs=3)), 330, 760)
    field = panel.fields[0]
    assert "12 rows of height" in field.line.placeholderText()
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)
    assert panel.answer.seen.isVisible()
    told = panel.answer.bars.accessibleDescription()
    assert "height + 1" in told
    qtbot.keyClicks(field.line, " ")
    wait(panel)
    assert panel.answer.bars.accessibleDescription() == told, "typed or taken, it is the same"
    field.line.setText("1, 2, 3")
    qtbot.keyClicks(field.line, " ")
    wait(panel)
    assert "12" in panel.answer.note.text()


def test_what_can_be_neither_drawn_nor_typed_is_a_file(qtbot, shown, trained, tmp_path, wait):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(80, 5, 20)).astype(np.float32)
    marks = (inputs.mean(axis=(1, 2)) > 0).astype(np.int64)
    np.savez(tmp_path / "waves.npz", x=inputs, y=marks)
    source = read_source({"type": "npz", "path": str(tmp_path / "waves.npz")})
    panel = shown(TryPanel(trained(source=source, epochs=1)), 330, 760)
    np.save(tmp_path / "one.npy", inputs[0])
    drop(panel, file_data(tmp_path / "one.npy"))
    wait(panel)
    assert panel.answer.answer.text() in {"0", "1"}
    assert panel.fields[0].called == "one.npy"
    panel.fields[0].line.clear()
    qtbot.keyClicks(panel.fields[0].line, "nowhere.npy")
    wait(panel)
    assert "nowhere.npy" in panel.answer.note.text()
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)


def test_several_inputs_have_a_field_each_and_a_translation_is_written(
    qtbot, shown, trained, tmp_path, wait
):
    path = tmp_path / "pairs.tsv"
    known = {"one": "uno", "two": "dos", "red": "rojo", "big": "gran"}
    asked = [one for count in (1, 2, 3, 4) for one in itertools.permutations(known, count)] * 8
    lines = [f"{' '.join(one)}\t{' '.join(known[word] for word in one)}" for one in asked]
    path.write_text("\n".join(["english\tspanish", *lines]), encoding="utf-8")
    source = read_source(
        {"type": "pairs", "file": str(path), "first_column": "english", "second_column": "spanish"}
    )
    workspace = trained(source=source, graph=translator((4, 5), (8, 8)), epochs=10)
    panel = shown(TryPanel(workspace), 330, 760)
    sentence, written = panel.fields
    assert (sentence.name, written.name) == ("tokens", "target")
    qtbot.keyClicks(written.edit, "dos")
    qtbot.mouseClick(written.go_on, LEFT)
    wait(panel)
    assert (panel.answer.answer.text(), written.is_writing) == ("", False), "nothing to translate"
    written.clear()
    qtbot.keyClicks(sentence.edit, "red two")
    wait(panel)
    assert panel.answer.answer.text() == "rojo", "the likeliest first word"
    written.manner.set_value("likeliest")
    qtbot.mouseClick(written.go_on, LEFT)
    qtbot.waitUntil(lambda: not written.is_writing, timeout=PATIENCE)
    wait(panel)
    assert written.text == "rojo dos"
    assert panel.answer.answer.text() == "(the end)"
    assert set(workspace.trial.inputs) == {"tokens", "target"}
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)
    assert written.text == ""
    right = " ".join(known[word] for word in sentence.text.split())
    assert panel.answer.note.text() == f"The right answer is {right}."


@pytest.mark.parametrize(
    ("truth", "told"),
    [("high", "The right answer is high."), ("Done!", "The right answer: Done!")],
)
def test_the_right_answer_ends_but_once(truth, told):
    assert right(truth) == told
