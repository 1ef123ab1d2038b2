"""Whether frozen tensors stayed the same to the bit: hashed as they freeze, compared later."""

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor

from studio.training.tensors.shards import local


def fingerprint(tensor: Tensor) -> str:
    """Return the SHA-256 of shape, type and raw bytes, whatever the layout in memory."""
    plain = local(tensor.detach()).to("cpu", memory_format=torch.contiguous_format).contiguous()
    head = f"{plain.dtype} {tuple(plain.shape)} ".encode()
    raw = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return hashlib.sha256(head + raw).hexdigest()


class Proof:
    """Watches frozen tensors from the moment they freeze until they thaw or the run ends."""

    def __init__(self) -> None:
        self._before: dict[str, str] = {}
        self._seen: set[str] = set()
        self._moved: set[str] = set()

    def follow(self, still: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> None:
        """Compare what thaws with its hash and take the hash of what freezes.

        `still` are the tensors frozen from now on; `tensors` are all tensors of the network.
        """
        for name in self._before.keys() - still.keys():
            self._compare(name, tensors[name])
            del self._before[name]
        for name in still.keys() - self._before.keys():
            self._before[name] = fingerprint(still[name])
            self._seen.add(name)

    def closed(self, tensors: Mapping[str, Tensor]) -> tuple[int, bool]:
        """Return how many tensors were frozen at some time, and whether none of them moved then."""
        for name in self._before:
            self._compare(name, tensors[name])
        return len(self._seen), not self._moved

    def _compare(self, name: str, tensor: Tensor) -> None:
        if fingerprint(tensor) != self._before[name]:
            self._moved.add(name)
