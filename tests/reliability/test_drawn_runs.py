"""Random networks under random plans: what holds of every run, whatever it is asked to do.

A case that fails is made again by its number: `case(seed)`, `exact_case(seed)`.
"""

from collections import Counter
from collections.abc import Collection
from random import Random

import pytest
import torch

from studio.errors import StudioError
from tests.reliability.drawn_running import (
    Case,
    case,
    exact_case,
    foreseen,
    left,
    moved,
    ran,
    unlike,
)
from tests.reliability.plain_loop import plain_losses

FEW, MANY = (0, 1, 2, 3, 4, 27), range(300)
"""Of the few, 27 has a batch norm that is frozen."""


def judged(one: Case, seed: int, folder) -> int:
    """Judge a run, made twice and cut where that hurts; return how often it went on."""
    whole = ran(one, folder / "whole")
    ahead = foreseen(one, whole)
    assert list(unlike(ahead, whole)) == [], seed
    assert list(moved(ahead, whole)) == [], seed
    assert whole.end.frozen_unchanged, seed
    torch.manual_seed(seed)  # whatever else the process drew before
    assert ran(one, folder / "again").told() == whole.told(), seed
    assert left(folder / "again") == left(folder / "whole"), seed
    cuts = {Random(seed).choice(list(whole.tensors)), *(span.first for span in ahead.spans)}
    going = 0
    for cut in sorted(cuts & whole.tensors.keys())[:3]:
        ran(one, folder / f"{cut}", cut=cut)
        torch.manual_seed(cut)
        rest = ran(one, folder / f"{cut}", go_on=True)
        assert rest.told(after=cut) == whole.told(after=cut), (seed, cut)
        assert left(folder / f"{cut}") == left(folder / "whole"), (seed, cut)
        going += 1
    return going


def hunted(seeds: Collection[int], folder) -> Counter[str]:
    """Judge the cases of these numbers, and count what became of them."""
    found: Counter[str] = Counter()
    for seed in seeds:
        try:
            found["went on"] += judged(case(seed), seed, folder / f"{seed}")
        except StudioError:  # nothing would learn, or a layer cannot be left out
            found["refused"] += 1
        else:
            found["judged"] += 1
    return found


def compared(seeds: Collection[int], folder) -> int:
    """Compare cases with a plain loop, and return in how many all steps are the same.

    The first is in every one. Later ones need not be where an optimizer divides gradients that
    are nothing but rounding by their own size, as those of an offset before a batch norm.
    """
    count = 0
    for seed in seeds:
        one = exact_case(seed)
        told, plain = ran(one, folder / f"{seed}").losses, plain_losses(one)
        assert len(told) == len(plain), seed
        assert told[0] == pytest.approx(plain[0], rel=1e-6, abs=1e-6), seed
        count += told == pytest.approx(plain, rel=5e-6, abs=5e-6)
    return count


def test_a_few_drawn_runs_keep_what_they_promise(tmp_path):
    found = hunted(FEW, tmp_path)
    assert found["judged"] >= 4
    assert found["went on"] >= 5


def test_a_few_drawn_runs_are_those_of_a_plain_loop(tmp_path):
    assert compared(FEW, tmp_path) >= len(FEW) - 1


@pytest.mark.slow
def test_drawn_runs_keep_what_they_promise(tmp_path):
    found = hunted(MANY, tmp_path)
    assert found["judged"] >= 0.7 * len(MANY)
    assert found["went on"] >= len(MANY)


@pytest.mark.slow
def test_drawn_runs_are_those_of_a_plain_loop(tmp_path):
    assert compared(MANY, tmp_path) >= 0.95 * len(MANY)
