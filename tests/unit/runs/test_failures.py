"""Too little memory and damaged runs become sentences; other mistakes stay what they are."""

from pathlib import Path

import pytest
import torch

from studio.errors import FileError, TrainingError
from studio.runs.failures import damage_told, memory_told


@pytest.mark.parametrize("sizes", [(2**60,), (2**40, 2**40)])
def test_what_torch_cannot_allocate_is_told_as_memory(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    for told in (memory_told(), damage_told(tmp_path)):
        with pytest.raises(TrainingError, match="There was not enough memory"), told:
            torch.empty(sizes)


def test_another_mistake_of_the_program_is_not_told_as_memory() -> None:
    with pytest.raises(RuntimeError, match="size of tensor"), memory_told():
        torch.ones(2) + torch.ones(3)


def test_what_does_not_fit_in_a_run_is_told_as_damage(tmp_path: Path) -> None:
    with (
        pytest.raises(FileError, match=r"is damaged: KeyError: 'mean'\. Use"),
        damage_told(tmp_path),
    ):
        raise KeyError("mean")


def test_a_refusal_keeps_its_own_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"^no$"), damage_told(tmp_path):
        raise TrainingError("no")
