"""What several processes are asked for and cannot do is refused in one sentence."""

import pytest

from studio.__main__ import main
from studio.errors import TrainingError
from studio.training.plan import read_plan
from studio.training.sharing.sharding import _require_rows
from tests.unit.training.toys import made, mlp


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--processes", "0"], "--processes needs a number from 1 on."),
        (["--processes", "1000000"], "--processes starts up to "),
        (["--processes", "2", "--patience", "0"], "--patience needs from 1 to 86400 seconds."),
        (["--strategy", "fsdp"], "--strategy says how several processes train"),
        (["template:mlp", "--processes", "2"], "Several processes train one project at a time"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(["train", "template:mlp", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        ({"l1": 0.1}, "penalties"),
        ({"penalties": [{"layer": "first", "l2": 0.1}]}, "penalties"),
        ({"optimizer": {"type": "muon"}}, "Muon"),
        ({"precision": "float16"}, "float16"),
    ],
)
def test_what_needs_whole_weights_is_refused_in_parts(plan: dict[str, object], what: str) -> None:
    with pytest.raises(TrainingError, match=f"cannot be trained with {what}"):
        _require_rows(made(mlp()), read_plan(plan))


def test_plans_that_rows_are_enough_for_are_not_refused() -> None:
    _require_rows(made(mlp()), read_plan({"ema": 0.9, "clip_norm": 1.0}))
