"""How a run is kept on disk so that it can go on bit for bit: tensors beside a JSON manifest.

The tensors lie in a safetensors file named by its content; the manifest names that file and its
hash, has a hash of its own, and is replaced last. Whatever moment the program dies, the manifest
points at a whole file, and not one bit of either can change unseen. Nothing is ever pickled.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from studio.errors import FileError, StudioError, TrainingError
from studio.graph.model import Frozen
from studio.network.network import Network
from studio.storage import check_of, read_json, replacing, write_sealed
from studio.training.plan import Plan, plan_json, read_plan
from studio.training.stepping.averaging import averaged
from studio.training.tensors.copying import at_once, copied
from studio.training.tensors.shards import fill
from studio.training.tensors.tensorfile import digest, pieces
from studio.wording import _

FORMAT = 1
_DEAD = 60.0
"""Seconds after which a half-written file that nobody touched has no writer any more."""


class DamageError(FileError):
    """A checkpoint is not what was written."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run at the border between two steps."""

    weights: Mapping[str, Tensor]
    """Parameters and buffers by name, a shared tensor once."""
    optimizer: Mapping[str, Tensor]
    """Optimizer state by "parameter/key"."""
    state: Mapping[str, Tensor]
    """Random states, the tally of an unfinished epoch, losses that guards compare with."""
    plan: Plan
    step: int
    """Steps made."""
    epoch: int
    """Epochs done."""
    position: int
    """Batches of the current epoch that are done."""
    frozen: Mapping[str, Frozen] = field(default_factory=dict)
    rate_scale: float = 1.0
    scaling: Mapping[str, Any] = field(default_factory=dict)
    """How inputs and targets are normalized: the JSON form of `Scaling`."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Anything else worth knowing, as JSON: metrics, versions, the loss scale of float16."""
    good: "Checkpoint | None" = None
    """The last good state of the run, to go back to if numbers break; None if this is one."""
    arrived: Callable[[], None] = at_once
    """Waits until the tensors can be read: copies from a GPU come in their own time."""

    @property
    def judged(self) -> Mapping[str, Tensor]:
        """The weights by which the run is judged: their average where the plan asks for one."""
        return {**self.weights, **averaged(self.state)}


def weights_of(network: Network, copy: Callable[[Tensor], Tensor] = copied) -> dict[str, Tensor]:
    """Return copies of all parameters and saved buffers on the CPU, a shared tensor once.

    Those of a GPU may still be on their way (see `copied`).
    """
    return {name: copy(tensor) for name, tensor in _unique(network).items()}


def load_weights(network: Network, weights: Mapping[str, Tensor]) -> None:
    """Give the network these weights, in place.

    Raises TrainingError when a name is missing, not known, or of another shape.
    """
    own = _unique(network)
    for name in sorted(own.keys() ^ weights.keys()):
        raise _misfit(_("{name} is in only one of the two.").format(name=name))
    for name, tensor in own.items():
        if tensor.shape != weights[name].shape:
            raise _misfit(
                _("{name} is {given} there and {own} in the network.").format(
                    name=name, given=tuple(weights[name].shape), own=tuple(tensor.shape)
                )
            )
    with torch.no_grad():
        for name, tensor in own.items():
            fill(tensor, weights[name])


def save(folder: Path, name: str, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint as `name` and return the manifest; an earlier one of that name goes.

    Raises FileError when it cannot be written; the earlier one is whole then.
    """
    manifest = put(folder, name, checkpoint)
    sweep(folder)
    return manifest


def put(folder: Path, name: str, checkpoint: Checkpoint) -> Path:
    """Do the same, but leave the tensors of the earlier one where they are."""
    checkpoint.arrived()
    content = pieces(_tensors(checkpoint))
    found = digest(content)
    file = folder / f"step-{checkpoint.step:09}-{found[:12]}.safetensors"
    if not file.exists():  # "last" and "best" of one step share the file
        size = sum(map(len, content))
        with replacing(file, size=size) as stream:  # durable before anything names it
            stream.writelines(content)
    manifest = folder / f"{name}.json"
    values = _manifest(checkpoint) | {"file": file.name, "sha256": found}
    write_sealed(manifest, values)
    return manifest


def sweep(folder: Path) -> None:
    """Delete tensor files that no manifest names any more, and what killed writers left.

    A checkpoint is whole whatever cannot be deleted.
    """
    with contextlib.suppress(OSError):
        _sweep(folder, max(path.stat().st_mtime for path in folder.glob("*.json")))


def load(folder: Path, name: str) -> Checkpoint:
    """Read the checkpoint `name`; raises FileError when it is missing or cannot be read.

    Raises DamageError when it is not what was written.
    """
    manifest = folder / f"{name}.json"
    values = _read_manifest(manifest)
    file = folder / Path(values["file"]).name
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(manifest) from error
    except OSError as error:
        raise FileError(
            _("Cannot read {path}: {reason}.").format(path=file, reason=error.strerror or error)
        ) from error
    if hashlib.sha256(content).hexdigest() != values["sha256"]:
        raise _damaged(file)
    try:
        return _checkpoint(safetensors.torch.load(content), values)
    except (SafetensorError, KeyError, TypeError, ValueError, OverflowError, StudioError) as error:
        raise _damaged(file) from error


def _read_manifest(manifest: Path) -> dict[str, Any]:
    try:
        values = read_json(manifest)
    except FileError as error:
        if isinstance(error.__cause__, OSError):
            raise
        raise _damaged(manifest) from error
    if not _is_manifest(values):
        raise DamageError(_("{path} is not a checkpoint of this program.").format(path=manifest))
    # earlier versions wrote none
    if values.pop("check", None) not in {None, check_of(values)}:
        raise _damaged(manifest)
    return values


def _unique(network: Network) -> dict[str, Tensor]:
    """Return parameters and saved buffers by name, a shared tensor under its first name only."""
    kept = network.state_dict(keep_vars=True)
    first = {id(tensor): name for name, tensor in reversed(kept.items())}
    return {name: tensor for name, tensor in kept.items() if first[id(tensor)] == name}


def _tensors(checkpoint: Checkpoint) -> dict[str, Tensor]:
    # a node's id has no slash, so that the kinds cannot meet
    optimizer = {f"optimizer/{name}": value for name, value in checkpoint.optimizer.items()}
    state = {f"state/{name}": value for name, value in checkpoint.state.items()}
    before = {} if checkpoint.good is None else _tensors(checkpoint.good)
    good = {f"good/{name}": value for name, value in before.items()}
    return {**checkpoint.weights, **optimizer, **state, **good}


def _manifest(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "layerwise_checkpoint": FORMAT,
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "position": checkpoint.position,
        "plan": plan_json(checkpoint.plan),
        "frozen": dict(checkpoint.frozen),
        "rate_scale": checkpoint.rate_scale,
        "scaling": dict(checkpoint.scaling),
        "facts": dict(checkpoint.facts),
        "good": None if checkpoint.good is None else _manifest(checkpoint.good),
    }


def _is_manifest(values: object) -> TypeGuard[dict[str, Any]]:
    return (
        isinstance(values, dict)
        and values.get("layerwise_checkpoint") == FORMAT
        and isinstance(values.get("file"), str)
        and isinstance(values.get("sha256"), str)
    )


def _checkpoint(tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        weights={name: value for name, value in tensors.items() if "/" not in name},
        optimizer=_kind(tensors, "optimizer/"),
        state=_kind(tensors, "state/"),
        plan=read_plan(values["plan"]),
        step=int(values["step"]),
        epoch=int(values["epoch"]),
        position=int(values["position"]),
        frozen=dict(values["frozen"]),
        rate_scale=float(values["rate_scale"]),
        scaling=dict(values["scaling"]),
        facts=dict(values["facts"]),
        good=_checkpoint(_kind(tensors, "good/"), good) if (good := values.get("good")) else None,
    )


def _kind(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


def _sweep(folder: Path, now: float) -> None:
    """Delete tensor files that no manifest names any more, and what killed writers left."""
    for part in folder.glob(".*.part"):
        if part.stat().st_mtime < now - _DEAD:
            part.unlink(missing_ok=True)
    named: set[str] = set()
    for manifest in folder.glob("*.json"):
        try:
            values = read_json(manifest) if manifest.is_file() else None
        except FileError as error:
            if isinstance(error.__cause__, OSError):
                return  # it may name any of them
            continue
        named.add(values["file"] if _is_manifest(values) else "")
    for file in folder.glob("step-*.safetensors"):
        if file.name not in named and file.is_file():
            file.unlink(missing_ok=True)


def _damaged(file: Path) -> DamageError:
    return DamageError(
        _("The checkpoint {path} is damaged.").format(path=file),
        _("Use another checkpoint of the run; nothing was changed."),
    )


def _misfit(problem: str) -> TrainingError:
    return TrainingError(
        _("The checkpoint does not fit the network: {problem}").format(problem=problem),
        _("Open the network of that run, or start a new run."),
    )
