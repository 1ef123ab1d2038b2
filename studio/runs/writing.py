"""How a network that predicts the next token goes on with a text, one token after the other."""

from collections.abc import Mapping

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.writing import Writer
from studio.errors import DataError
from studio.runs.trying import Tryout
from studio.wording import _

_UNSAID = (0, 1)
"""Padding and the unknown: they are never written."""


def written_on(
    tryout: Tryout,
    inputs: Mapping[str, Array],
    text: str,
    count: int,
    boldness: float = 0.0,
    seed: int = 0,
) -> tuple[str, bool]:
    """Return a text with up to `count` more tokens, and whether it has come to its end.

    `inputs` are samples for the other Inputs. With a `boldness` of 0 the likeliest token is always
    taken; with 1, one at random by the probabilities, and in between by those sharpened by it.
    Raises DataError if the run writes no texts.
    """
    trained, writer = tryout.trained, tryout.writer
    if writer is None:
        raise DataError(_("This run does not predict the next word of a text."))
    random, name = np.random.default_rng(seed), writer.input or trained.first
    before = list(writer.ids(text))
    ids = list(before)
    for _token in range(count):
        if writer.is_full(ids):
            return _joined(writer, text, before, ids), True
        shares = tryout.shares({**inputs, name: writer.sample(ids)})
        token = _picked(shares, boldness, random)
        if token == writer.end:
            return _joined(writer, text, before, ids), True
        ids.append(token)
    return _joined(writer, text, before, ids), False


def _picked(shares: Array, boldness: float, random: np.random.Generator) -> int:
    allowed = shares.astype(np.float64)
    allowed[list(_UNSAID)] = 0.0
    if boldness <= 0 or not allowed.sum():
        return int(allowed.argmax())
    sharp = np.exp((np.log(np.maximum(allowed, 1e-30)) - np.log(allowed.max())) / boldness)
    sharp[list(_UNSAID)] = 0.0
    return int(random.choice(len(sharp), p=sharp / sharp.sum()))


def _joined(writer: Writer, text: str, before: list[int], ids: list[int]) -> str:
    """Return the text with what was added to it: the beginning stays as it was typed."""
    if len(ids) == len(before):
        return text
    old, whole = writer.said(before), writer.said(ids)
    if whole.startswith(old):
        return text + whole[len(old) :]
    gap = " " if text and not text[-1].isspace() else ""
    return text + gap + writer.said(ids[len(before) :])
