"""One's own photos, sentences and strokes: brought, trained on, judged, corrected and tried.

`python -m tests.stories.own_data FOLDER` walks through it on the X server that $DISPLAY names, and
keeps a picture of each step in FOLDER.
"""

import math
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("LAYERWISE_HOME", tempfile.mkdtemp(prefix="layerwise-"))

import numpy as np
from PIL import Image, ImageDraw
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from studio.app import Studio
from studio.datasets.corrections import Corrections
from studio.ui import preferences
from studio.ui.kit import Segmented
from studio.ui.runs.branch_dialog import BranchDialog
from studio.ui.training.confusion import ConfusionMatrix
from studio.ui.trying.panel import TryPanel
from studio.ui.trying.picture_field import PictureField
from studio.ui.trying.sentence import SentenceField
from studio.workspace import State
from tests.stories.hands import Hand, RealHand

SIZE = 1400, 900


class Story:
    """What one person does with a running studio; every step ends when its result is seen."""

    def __init__(self, studio: Studio, hand: Hand, folder: Path, *, keeps: bool = False) -> None:
        self.window, self.workspace = studio.window, studio.services.workspace
        self._data = studio.services.data
        self._hand, self._folder, self._keeps = hand, folder, keeps

    def bring(self, path: Path) -> None:
        """Drop a file or folder on the window, and wait until its samples are there."""
        self._hand.drop(path, self.window)
        self._hand.until(lambda: self._source() == path.name and not self._data.is_loading)
        assert self.workspace.dataset is not None
        assert self.window.pages.currentWidget() is self.window._data

    def review(self, word: str) -> None:
        """Find a problem that names `word`, and look at one sample closely."""
        page = self.window._data.widget()
        entries = [*page.facts.problems.entries, *page.facts.notes.entries]
        assert any(word in entry.places.text() for entry in entries)
        grid, closer = page.browser.grid, page.browser.closer
        self._hand.click(grid, grid._cell(1).center().toPoint())
        self._hand.until(closer.isVisible)
        self._hand.key("Right")
        self._hand.key("Escape")
        self._hand.until(grid.isVisible)
        self._keep("data")

    def propose(self) -> None:
        """Have a network proposed, in the place of the one on the canvas."""
        page = self.window._data.widget()
        self._hand.answer(lambda dialog: _named(dialog, "replace"))
        self._hand.click(page.facts.start.button)
        self._hand.until(lambda: self.window.pages.currentWidget() is self.window.design)
        assert not self.workspace.report.errors
        self._keep("proposed")

    def train(self, epochs: int = 0) -> None:
        """Train what is on the canvas to the end."""
        if epochs:
            self.workspace.set_plan(self.workspace.plan.changed(epochs=epochs))
        before = self.workspace.run_folder
        self._hand.click(self.window.top.train)
        self._finish(before)

    def judge(self) -> None:
        """Open the judgment of the newest run from the list of runs."""
        self.window.show_page("runs")
        panel = self.window._runs.widget()
        if panel.judging.isVisible():
            self._hand.click(panel.judging.head.back)
        newest = self.workspace.runs()[0].folder
        row = [run.folder for run in panel.table.shown.runs].index(newest)
        middle = panel.table.visualRect(panel.table.model().index(row, 0)).center()
        self._hand.click(panel.table.viewport(), middle)
        self._hand.until(panel.head.judge.isEnabled)
        self._hand.click(panel.head.judge)
        self._hand.until(lambda: not panel.judging.asker.is_asking)
        assert panel.judging.judgment is not None
        assert panel.judging.judgment.run == newest

    def relabel(self) -> str:
        """Open a cell of the confusion matrix and give its first sample another class."""
        page = self.window._runs.widget().judging
        self._pick(page.head.part, 0)
        self._hand.until(lambda: not page.asker.is_asking)
        matrix, samples = page.mistakes.matrix, page.mistakes.samples
        self._hand.click(matrix, matrix.cell_center(*_fullest(matrix)).toPoint())
        self._hand.until(lambda: page.mistakes.which.value == "cell")
        self._hand.click(samples.grid, samples.grid._cell(0).center().toPoint())
        self._keep("cell")
        classes = samples.line.classes
        self._hand.choose(classes, 1 - classes.currentIndex())
        self._hand.until(lambda: len(self._corrected()) == 1)
        self._hand.until(lambda: not self._data.is_loading)
        self._keep("relabeled")
        return next(iter(self._corrected()))

    def train_on(self) -> None:
        """Branch from the last checkpoint of the run that is judged."""
        page, before = self.window._runs.widget().judging, self.workspace.run_folder
        self._hand.answer(_start_of)
        self._hand.click(page.head.branch)
        self._finish(before)

    def compare(self, corrected: str) -> None:
        """See what flipped between the run that is judged and the one it came from."""
        page = self.window._runs.widget().judging
        self._pick(page.head.tab, 3)
        self._hand.choose(page.flips.run, 0)
        self._hand.until(page.flips.samples.isVisible)
        now, before = page.judgment, page.flips._before
        assert now is not None
        assert before is not None
        assert corrected in now.corrections
        assert before.run != now.run
        right = int(now.answers.is_right.sum())
        was = int(before.corrected_by(now.corrections).answers.is_right.sum())
        found = dict(page.flips.which.options)
        gained, lost = (int(found[key].split("(")[1].rstrip(")")) for key in ("gained", "lost"))
        assert right - was == gained - lost
        assert gained + lost > 0
        self._keep("flips")

    def draw_digit(self) -> str:
        """Draw a zero and return what the network takes it for."""
        panel = self._trial()
        field = panel.fields[0]
        assert isinstance(field, PictureField)
        pad = field.pad
        turns = [math.tau * step / 40 - math.pi / 2 for step in range(42)]
        middle, wide, high = pad.rect().center(), pad.width() * 0.17, pad.height() * 0.27
        points = [
            middle + QPoint(round(wide * math.cos(turn)), round(high * math.sin(turn)))
            for turn in turns
        ]
        self._hand.stroke(pad, points)
        return self._answer(panel, "digit")

    def type_sentence(self, sentence: str) -> str:
        """Type a sentence and return the class it is given."""
        panel = self._trial()
        field = panel.fields[0]
        assert isinstance(field, SentenceField)
        self._hand.click(field.edit)
        self._hand.type(sentence)
        self._hand.until(lambda: field.text == sentence)
        return self._answer(panel, "sentence")

    def _trial(self) -> TryPanel:
        self.window.show_page("train")
        self._hand.until(lambda: not self.window.train.progress.isHidden())
        if self.window.train.to_trial.isVisible():  # else it is open already
            self._hand.click(self.window.train.to_trial)
        panel = self.window.train.trial
        self._hand.until(lambda: bool(panel.fields) and panel.pane.isVisible())
        return panel

    def _answer(self, panel: TryPanel, name: str) -> str:
        self._hand.until(lambda: bool(panel.answer.answer.text()) and not panel.asking.is_busy)
        self._keep(name)
        return panel.answer.answer.text()

    def _finish(self, before: Path | None) -> None:
        """Wait until another run than the one before has ended well."""
        workspace = self.workspace
        self._hand.until(lambda: workspace.is_training or workspace.run_folder != before)
        self._hand.until(lambda: workspace.state is State.IDLE)
        assert workspace.run_folder != before
        ended = workspace.history.ended if workspace.history is not None else None
        assert ended is not None
        assert ended.reason == "finished"

    def _pick(self, choice: Segmented, place: int) -> None:
        """Click one of a few words."""
        self._hand.click(choice, choice._boxes()[place].center().toPoint())

    def _corrected(self) -> Corrections:
        source = self.workspace.source
        assert source is not None
        return source.corrected

    def _source(self) -> str:
        source = self.workspace.source
        return Path(source.lies_at).name if source is not None else ""

    def _keep(self, name: str) -> None:
        if self._keeps:
            self._hand.until(lambda: True)
            self.window.grab().save(str(self._folder / f"{name}.png"))


def tell(story: Story, photos: Path, reviews: Path) -> None:
    """Go through all of it; AssertionError where something is not as it should be."""
    judge_photos(story, photos)
    try_out(story, reviews)


def judge_photos(story: Story, photos: Path) -> None:
    """From the drop of photos to what flipped after one of them was corrected."""
    story.bring(photos)
    story.review("torn.png")
    story.propose()
    story.train(epochs=2)  # so little that going on turns some answers over
    story.judge()
    name = story.relabel()
    story.train_on()
    story.judge()
    story.compare(name)


def try_out(story: Story, reviews: Path) -> None:
    """Draw a digit and type a sentence, each for a network that was trained on such."""
    story.workspace.new_from("digits-cnn")
    story.train(epochs=8)
    assert story.draw_digit() == "0"
    story.bring(reviews)
    story.propose()
    story.train()
    assert story.type_sentence("a warm and lovely cake") == "good"


def photos_in(folder: Path, each: int = 30) -> Path:
    """Return a folder of photos in two classes, one of which is torn."""
    rng, place = np.random.default_rng(0), folder / "photos"
    for name in ("round", "square"):
        (place / name).mkdir(parents=True)
        for number in range(each):
            picture = Image.fromarray(rng.integers(0, 90, (40, 40, 3), dtype=np.uint8))
            left, top = rng.integers(3, 14, 2).tolist()
            box = (left, top, left + 20, top + 20)
            paint = ImageDraw.Draw(picture)
            (paint.ellipse if name == "round" else paint.rectangle)(box, fill=(220, 190, 40))
            picture.save(place / name / f"{number:02}.png")
    whole = (place / "round" / "00.png").read_bytes()
    (place / "round" / "torn.png").write_bytes(whole[: len(whole) // 2])
    return place


def reviews_in(folder: Path, each: int = 60) -> Path:
    """Return a folder of short reviews in two classes."""
    rng, place = np.random.default_rng(0), folder / "reviews"
    words = {"good": ("lovely", "warm", "fresh", "kind"), "bad": ("cold", "stale", "rude", "late")}
    things = ("cake", "soup", "bread", "service", "tea", "coffee")
    for name, said in words.items():
        (place / name).mkdir(parents=True)
        for number in range(each):
            first, second = rng.choice(said, 2, replace=False)
            text = f"a {first} and {second} {rng.choice(things)}, visit {number}"
            (place / name / f"{number:02}.txt").write_text(text)
    return place


def _fullest(matrix: ConfusionMatrix) -> tuple[int, int]:
    """Return the cell with the most samples."""
    counts = np.array(matrix._counts)
    row, column = divmod(int(counts.argmax()), len(counts))
    return row, column


def _named(dialog: QDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    return button


def _start_of(dialog: QDialog) -> QPushButton:
    assert isinstance(dialog, BranchDialog)
    return dialog.start


def main(folder: str) -> None:
    """Tell the story with a real mouse and a real keyboard."""
    place = Path(folder)
    preferences.update(language="en", scheme="dark", welcomed=True)
    studio = Studio(QApplication([]))
    studio.start(None)
    studio.window.setGeometry(20, 20, *SIZE)
    studio.window.show()
    hand = RealHand()
    hand.until(lambda: studio.services.workspace.dataset is not None)
    tell(Story(studio, hand, place, keeps=True), photos_in(place), reviews_in(place))
    print("told", flush=True)  # noqa: T201
    os._exit(0)  # as nothing is left to be saved


if __name__ == "__main__":
    main(sys.argv[1])
