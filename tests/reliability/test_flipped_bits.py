"""A bit that flips on the disk is seen, or changes nothing; no wrong number is used.

A project is text that people write: there, a flip may make another project that is as good, and has
no checksum. Notes are words without numbers. Everything else is written by the program alone.
"""

import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from studio import storage
from studio.errors import StudioError
from studio.graph.file import read_project
from studio.runs.info import read_info
from studio.runs.log import read_log
from studio.runs.notes import read_notes
from studio.training.checkpoints.checkpoint import load
from studio.workspace.queue import RunQueue
from tests.reliability.saving import EVENTS, KINDS

FEW, MANY = 100, 1500
"""Flips of each file."""


@dataclass(frozen=True)
class Target:
    """A file whose bits are flipped."""

    kind: str
    file: str
    read: Callable[[Path], Any]
    """What is used of it, compared by its `repr`."""
    is_text: bool = False
    """Whether people write it, so that another content is as good."""


def _checkpoint(root: Path) -> Any:
    found = load(root / "run-0001" / "checkpoints", "last")
    tensors = {**found.weights, **found.optimizer, **found.state}
    spelled = {name: (tensor.shape, tensor.tolist()) for name, tensor in sorted(tensors.items())}
    places = (found.step, found.epoch, found.position, found.frozen, found.rate_scale)
    return spelled, places, found.plan, found.scaling, found.facts


def _info(root: Path) -> Any:
    found = read_info(root / "run-0001")
    # a checksum whose own name is hit is a key that nobody knows
    return replace(found, project=replace(found.project, extra={}))


def _queue(root: Path) -> Any:
    return [(e.name, e.request, e.state, e.run) for e in RunQueue(root / "a.runs").entries]


TARGETS = (
    Target("project", "mine/a.layerwise", lambda r: read_project(r / "mine/a.layerwise"), True),
    Target("checkpoint", "run-0001/checkpoints/step-*.safetensors", _checkpoint),
    Target("checkpoint", "run-0001/checkpoints/last.json", _checkpoint),
    Target("run", "a.runs/run-0001/events.jsonl", lambda r: read_log(r / "a.runs/run-0001")[0]),
    Target("run.json", "run-0001/run.json", _info),
    Target("notes", "run-0001/notes.json", lambda r: read_notes(r / "run-0001"), True),
    Target("queue", "a.runs/queue.json", _queue),
)
_names = [Path(target.file).name for target in TARGETS]


def prepared(root: Path, target: Target) -> Path:
    """Save what the file belongs to, and return it."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    KINDS[target.kind].save(root, 0, lambda _version: None)
    (path,) = root.glob(target.file)
    return path


def flipped(root: Path, target: Target, flips: int, seed: int = 0) -> Counter[str]:
    """Flip bits of a file one at a time; return how often it was seen, harmless or used."""
    path = prepared(root, target)
    content, whole, told = path.read_bytes(), target.read(root), Counter[str]()
    for place in random.Random(seed).choices(range(len(content) * 8), k=flips):
        spoiled = bytearray(content)
        spoiled[place // 8] ^= 1 << place % 8
        path.write_bytes(spoiled)
        told[_told(root, target, whole)] += 1
        assert path.read_bytes() == bytes(spoiled)
    return told


def _told(root: Path, target: Target, whole: Any) -> str:
    try:
        found = target.read(root)
    except StudioError as error:
        return "seen" if str(error) else "no sentence"
    if repr(found) == repr(whole):
        return "harmless"
    if target.kind == "run":  # a line that is skipped is told by a remark
        return "seen" if {*map(repr, found)} <= {*map(repr, EVENTS)} else "used"
    return "other text" if target.is_text else "used"


@pytest.mark.parametrize("target", TARGETS, ids=_names)
def test_no_flipped_bit_makes_a_wrong_number(tmp_path: Path, target: Target) -> None:
    told = flipped(tmp_path / "a", target, FEW)
    assert set(told) <= {"seen", "harmless", "other text"}
    assert "other text" not in told or target.is_text
    assert told["other text" if target.kind == "notes" else "seen"] > FEW // 10


@pytest.mark.slow
def test_ten_thousand_flipped_bits_make_no_wrong_number(tmp_path: Path) -> None:
    total: Counter[str] = Counter()
    for target, name in zip(TARGETS, _names, strict=True):
        told = flipped(tmp_path / "a", target, MANY, seed=1)
        sys.stdout.write(f"{name}: {dict(told)}\n")
        assert set(told) <= {"seen", "harmless", *(["other text"] if target.is_text else [])}
        total += told
    assert total.total() >= 10_000


@pytest.mark.parametrize("kind", ["run.json", "queue"])
def test_a_file_without_a_checksum_would_be_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(storage, "check_of", lambda _values: "")
    (target,) = (one for one in TARGETS if one.kind == kind)
    assert flipped(tmp_path / "a", target, 3 * FEW)["used"]


def test_files_of_earlier_versions_are_still_read(tmp_path: Path) -> None:
    for target in (t for t in TARGETS if t.file.endswith(("last.json", "run.json", "queue.json"))):
        path = prepared(tmp_path / "a", target)
        whole = repr(target.read(tmp_path / "a"))
        values: Any = storage.read_json(path)
        del values["check"]
        storage.write_json(path, values)
        assert repr(target.read(tmp_path / "a")) == whole
