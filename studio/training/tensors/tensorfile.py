"""How tensors become the bytes of a safetensors file without a second copy of them in memory.

Format: https://github.com/huggingface/safetensors – the length of a JSON header as 8 bytes, the
header, then the tensors one after the other in little-endian order. Nothing here computes with
torch, so that a thread beside the training takes none of its processors for more than a hash.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Piece = bytes | memoryview

_TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
    torch.complex64: "C64",
}


def pieces(tensors: Mapping[str, Tensor]) -> Sequence[Piece]:
    """Return the content of the file in order; tensors on the CPU are looked at, not copied.

    Raises KeyError for a type that such files do not know.
    """
    # wide numbers first, so that every tensor begins at a multiple of its width
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header: dict[str, object] = {}
    end = 0
    for name in order:
        tensor = tensors[name]
        begin, end = end, end + tensor.nbytes
        header[name] = {
            "dtype": _TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return [len(text).to_bytes(8, "little"), text, *(_bytes(tensors[name]) for name in order)]


def digest(content: Sequence[Piece]) -> str:
    """Return the SHA-256 of all pieces as hexadecimal digits."""
    found = hashlib.sha256()
    for piece in content:
        found.update(piece)
    return found.hexdigest()


def _bytes(tensor: Tensor) -> memoryview:
    flat = tensor.detach().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data
