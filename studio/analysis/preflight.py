"""Whether a training will fit into the memory of its device, and what helps if it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.analysis.memory import MemoryEstimate, Terms, training_memory
from studio.analysis.report import Report

Verdict = Literal["fits", "tight", "does not fit"]
Kind = Literal["batch size", "mixed precision", "gradient checkpointing"]

COMFORTABLE = 0.8
"""Share of the free memory up to which a step fits: above, other programs may push it out."""

LARGEST_BATCH = 10_000_000
_FILES, _STATES = 4, 2
_VALUE = 4


@dataclass(frozen=True)
class Remedy:
    """A change of the plan that makes a step smaller or a batch larger."""

    kind: Kind
    changes: Mapping[str, Any]
    """Settings of the plan with their new values."""
    needed: MemoryEstimate
    """What a step takes after it."""
    verdict: Verdict


@dataclass(frozen=True)
class Preflight:
    """What a training takes, before it begins."""

    needed: MemoryEstimate
    """At the fullest moment of a step; its parts add up to `total`."""
    free: int | None
    """Free bytes of the device; None where that is not known, and everything fits."""
    verdict: Verdict
    checkpoint: int
    """Bytes of one checkpoint: weights, buffers and the state of the optimizer."""
    disk_free: int | None
    remedies: tuple[Remedy, ...]

    @property
    def total(self) -> int:
        """Bytes of the fullest moment."""
        return self.needed.total

    @property
    def disk_needed(self) -> int:
        """Bytes on disk at worst: the last checkpoint, the one before, the best, one being written.

        Each may bring along the last good state, to which a run goes back if numbers break. Those
        of earlier epochs make room where the disk is full.
        """
        return _FILES * _STATES * self.checkpoint

    @property
    def disk_fits(self) -> bool:
        """Whether the disk has room for the checkpoints."""
        return self.disk_free is None or self.disk_needed <= self.disk_free


def preflight(
    report: Report, terms: Terms, *, free: int | None = None, disk_free: int | None = None
) -> Preflight:
    """Return what training under these terms takes of `free` bytes of the device and of the disk.

    A step fits up to 80 % of what is free, is tight up to all of it, and does not fit beyond. Every
    remedy is offered that makes the step smaller, or the batch as large as fits.
    """
    needed = training_memory(report, terms)
    return Preflight(
        needed=needed,
        free=free,
        verdict=verdict(needed.total, free),
        checkpoint=checkpoint_bytes(report, terms),
        disk_free=disk_free,
        remedies=tuple(_remedies(report, terms, needed, free)),
    )


def verdict(total: int, free: int | None) -> Verdict:
    """Return whether `total` bytes fit into `free` ones."""
    if free is None or total <= COMFORTABLE * free:
        return "fits"
    return "tight" if total <= free else "does not fit"


def checkpoint_bytes(report: Report, terms: Terms) -> int:
    """Return the size of one checkpoint on disk; its few words of text are left out."""
    weights = report.parameters + report.buffers
    return (weights + report.trainable * terms.states) * _VALUE


def largest_batch(report: Report, terms: Terms, free: int) -> int:
    """Return the largest batch size that fits, or 0 if not even one sample does."""

    def fits(size: int) -> bool:
        total = training_memory(report, terms.changed(batch_size=size)).total
        return verdict(total, free) == "fits"

    if not fits(1):
        return 0
    low, high = 1, 2
    while high <= LARGEST_BATCH and fits(high):
        low, high = high, 2 * high
    high = min(high, LARGEST_BATCH + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _remedies(
    report: Report, terms: Terms, needed: MemoryEstimate, free: int | None
) -> list[Remedy]:
    wanted: dict[Kind, dict[str, Any]] = {}
    if free is not None:
        size = largest_batch(report, terms, free)
        # what a tick sets stays, whatever the plan begins with
        if size and size != terms.batch_size and size >= terms.later_batch:
            wanted["batch size"] = {"batch_size": size}
    wanted["mixed precision"] = {"precision": "bfloat16"}
    wanted["gradient checkpointing"] = {"checkpointing": True}
    found = []
    for kind, changes in wanted.items():
        after = training_memory(report, terms.changed(**changes))
        if kind == "batch size" or after.total < needed.total:
            found.append(Remedy(kind, changes, after, verdict(after.total, free)))
    return found
