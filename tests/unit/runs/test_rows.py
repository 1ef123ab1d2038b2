"""Steps read in bulk are the steps that were written, and nothing that was not."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runs.event_json import to_line
from studio.runs.history import History
from studio.runs.log import LOG, each_piece, read_log, sealed
from studio.runs.rows import BLOCK, Rows
from studio.training.events import Event, StepDone
from tests.unit.runs.events import ended, epoch, started, step

_MEASURED = {"conv2d_1": 0.5, "linear_1": 2.0}
_STEPS = st.builds(
    StepDone,
    *(st.integers(0, 10**9), st.floats(), st.floats(), st.floats(), st.floats(), st.floats()),
    gradient_norms=st.sampled_from([{}, {}, _MEASURED]),
    update_ratios=st.sampled_from([{}, {}, _MEASURED]),
    layer_rates=st.sampled_from([{}, {}, {"linear_1": 0.1}]),
)


def written(folder: Path, lines: Sequence[bytes]) -> Path:
    """Return a run with such a log."""
    (folder / LOG).write_bytes(b"".join(lines))
    return folder


def line(event: Event) -> bytes:
    return sealed(to_line(event).encode()) + b"\n"


def told(history: History) -> object:
    """Return all that a history holds, to the last bit."""
    lists = history.started, history.epochs, history.checkpoints, history.ended
    return repr(lists), history.curve.table.tobytes(), history.heat.table.tobytes()


@given(st.lists(_STEPS | st.sampled_from([epoch(1), started(3), ended()]), max_size=40))
def test_reading_in_bulk_equals_reading_event_by_event(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = written(Path(folder), [line(event) for event in (started(), *events)])
        assert told(History().extend(each_piece(run))) == told(History().extend(read_log(run)[0]))


@pytest.mark.parametrize("seals", [True, False])
def test_every_flipped_bit_is_seen_in_bulk_as_well(tmp_path: Path, seals: bool) -> None:
    events: list[Event] = [started(), *(step(n, 1 / n) for n in range(1, 9)), epoch(1), step(9)]
    whole = b"".join(line(e) if seals else to_line(e).encode() + b"\n" for e in events)
    chance = random.Random(0)
    for place in chance.sample(range(len(whole) * 8), 600):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        run = written(tmp_path, [bytes(content)])
        assert told(History().extend(each_piece(run))) == told(History().extend(read_log(run)[0]))


def test_steps_come_together_up_to_a_block(tmp_path: Path) -> None:
    steps = [step(n) for n in range(1, BLOCK + 9)]
    run = written(tmp_path, [line(started()), *map(line, steps), line(ended())])
    pieces = list(each_piece(run))
    lengths = [len(piece.numbers) for piece in pieces if isinstance(piece, Rows)]
    assert (len(pieces), lengths) == (4, [BLOCK, 8])
    assert (pieces[0], pieces[-1]) == (started(), ended())


def test_numbers_that_are_none_are_passed_over(tmp_path: Path) -> None:
    plain = to_line(step(7)).encode()
    forged = [plain.replace(b"0.1", wrong) for wrong in (b"0.1.2", b"--1", b"1e", b"true")]
    run = written(tmp_path, [sealed(one) + b"\n" for one in (plain, *forged)])
    assert History().extend(each_piece(run)).steps.tolist() == [7]
