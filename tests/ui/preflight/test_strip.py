"""What is said before a training: does it fit, what helps, how long, and what was measured."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.analysis.preflight import preflight
from studio.datasets.dataset import Dataset
from studio.datasets.opening import opened
from studio.graph.model import Graph
from studio.runs.history import History
from studio.training.events import Ended, EpochDone, Started, StepDone
from studio.training.plan import Plan
from studio.ui.preflight import PreflightStrip
from studio.ui.preflight.device_room import Room
from studio.ui.preflight.words import epoch_seconds, measured_text, samples_text

MIB = 2**20


@pytest.fixture
def strip(qtbot, services):
    made = PreflightStrip(services)
    qtbot.addWidget(made)
    made.resize(1400, 60)
    made.show()
    return made


def give(strip: PreflightStrip, free: int | None) -> None:
    """Let the device have this much free memory."""
    strip.device.room = Room("cpu", free)
    strip.refresh()


def history(report, **ended) -> History:
    """A run of a network with two epochs behind it."""
    started = Started(
        "run-1", 20, 10, 2, 1000, report.parameters, report.trainable, "cpu", 1,
        memory_predicted=110 * MIB,
    )  # fmt: skip
    epochs = [EpochDone(n, 10 * n, {}, {}, elapsed_s=3.0 * n) for n in (1, 2)]
    found = History().extend([started, *epochs])
    return found.folded(Ended("finished", 20, 6.0, 100.0, **ended)) if ended else found


def test_a_small_network_fits(strip):
    give(strip, 8 * 2**30)

    assert strip.verdict.text() == "Fits"
    assert strip.need.text().endswith("of 8 GiB free")
    assert (
        strip.found.needed
        == preflight(strip._workspace.report, _terms(strip), free=8 * 2**30).needed
    )
    assert strip.help.isVisible()
    assert not strip.remedies


def _terms(strip):
    from studio.ui.terms import terms_of

    return terms_of(strip._workspace)


def test_a_step_that_does_not_fit_offers_what_helps(qtbot, strip):
    workspace = strip._workspace
    workspace.set_plan(workspace.plan.changed(batch_size=4096))
    needed = preflight(workspace.report, _terms(strip)).total

    give(strip, needed // 4)

    assert strip.verdict.text() == "Does not fit"
    batch = next(button for button in strip.remedies if button.accessibleName().startswith("Batch"))
    assert "A step then takes" in batch.toolTip()
    assert batch.toolTip().endswith("fits.")
    batch.setFocus()
    qtbot.keyClick(batch, Qt.Key.Key_Space)
    assert 1 <= workspace.plan.batch_size < 4096
    strip.refresh()
    assert strip.verdict.text() == "Fits"


def test_almost_all_of_the_memory_is_tight(strip):
    needed = preflight(strip._workspace.report, _terms(strip)).total

    give(strip, round(needed * 1.1))

    assert strip.verdict.text() == "Tight"


def test_the_parts_are_told_in_words_and_named_where_there_is_room(strip):
    give(strip, 8 * 2**30)

    assert strip.legend.isVisible()
    assert "Optimizer:" in strip.bar.accessibleDescription()
    strip.resize(1000, 60)
    assert not strip.legend.isVisible()


def test_the_checkpoint_and_a_full_disk(strip):
    give(strip, 8 * 2**30)
    assert strip.checkpoint.value.text() != ""
    assert "Free on the disk" in strip.checkpoint.toolTip()


def test_a_network_with_errors_is_not_measured(strip):
    strip._workspace.edit("clear", lambda _graph: Graph())
    strip.refresh()

    assert strip.found is None
    assert strip.unknown.text() == "Known when the network has no errors."
    assert not strip.bar.isVisible()


def test_an_epoch_takes_as_long_as_it_did(strip, services):
    report = services.workspace.report

    assert epoch_seconds(None, report) is None
    assert epoch_seconds(history(report), report) == 3.0
    first = Started("r", 20, 10, 2, 1000, report.parameters, report.trainable, "cpu", 1)
    going = History().extend([first, StepDone(1, 0.1, 1.0, 0.1, 500.0, 0.2)])
    assert epoch_seconds(going, report) == 2.0
    other = Started("r", 20, 10, 2, 1000, 7, 7, "cpu", 1)
    assert epoch_seconds(History().extend([other]), report) is None


def test_predicted_and_measured_memory_are_compared(services):
    report = services.workspace.report

    assert measured_text(history(report)) == ("", "")
    text, sentence = measured_text(history(report, memory_peak=100 * MIB))
    assert text == "+10.0 %"
    assert "took 100 MiB" in sentence
    assert "110 MiB were predicted" in sentence


def test_a_real_run_shows_time_and_prediction(qtbot, strip, services):
    workspace = services.workspace
    services.data.start()
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=30_000)

    services.training.start(workspace.run_request())

    qtbot.waitUntil(
        lambda: workspace.history is not None and workspace.history.ended is not None,
        timeout=60_000,
    )
    assert workspace.history.ended.reason == "finished"
    qtbot.waitUntil(strip.measured.isVisible)
    assert strip.epoch.value.text().endswith(" s")
    assert abs(float(strip.measured.value.text().removesuffix(" %"))) < 25


def test_it_is_said_how_samples_reach_the_device(tmp_path):
    inputs = np.memmap(tmp_path / "pixels", np.uint8, "w+", shape=(64, 3, 128, 128))
    mapped = Dataset("many", inputs, np.zeros(64, np.int64), classes=("a",))
    small = Dataset("few", np.array(inputs), mapped.targets, classes=("a",))
    auto, streamed = Plan(), Plan(loading="streamed")

    assert samples_text(None, auto, "cpu", MIB) == ("", "")
    assert samples_text(mapped, auto, "cpu", 6 * MIB)[0] == "3 MiB"
    assert samples_text(mapped, auto, "cpu", 5 * MIB)[0] == "3 MiB, streamed"
    assert samples_text(small, auto, "cpu", 5 * MIB)[0] == "3 MiB"
    assert samples_text(small, auto, "cuda", 5 * MIB)[0] == "3 MiB, streamed"
    assert "batch by batch" in samples_text(small, streamed, "cpu", None)[1]


def test_samples_are_told_of_once_they_are_read(strip):
    workspace = strip._workspace
    workspace.accept_dataset(None, None)
    strip.refresh()
    assert not strip.samples.isVisible()
    workspace.accept_dataset(*opened(workspace.source))
    strip.refresh()
    assert strip.samples.isVisible()
    assert strip.samples.value.text()
