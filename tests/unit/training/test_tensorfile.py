"""What is written piece by piece is a safetensors file, whatever tensors lie in it."""

import json

import pytest
import safetensors.torch
import torch

from studio.training.tensors.tensorfile import digest, pieces

TYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
]


def every_kind() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    found = {str(kind): (torch.randn(3, 5) * 9).to(kind) for kind in TYPES}
    picture = torch.randn(2, 3, 4, 5)
    return found | {
        "number": torch.tensor(7.5),
        "nothing": torch.empty(0, 3),
        "turned": torch.randn(4, 6).t(),
        "channels last": picture.to(memory_format=torch.channels_last),
        "part": torch.arange(20)[3:17:2],
        "limitless": torch.tensor([float("nan"), float("inf"), -0.0]),
    }


def test_safetensors_reads_the_very_same_bits():
    kept = every_kind()
    found = safetensors.torch.load(b"".join(pieces(kept)))
    assert found.keys() == kept.keys()
    for name, tensor in kept.items():
        assert found[name].dtype == tensor.dtype, name
        assert found[name].shape == tensor.shape, name
        plain = tensor.contiguous().reshape(-1).view(torch.uint8)
        assert torch.equal(found[name].reshape(-1).view(torch.uint8), plain), name


def test_every_tensor_begins_at_a_multiple_of_its_width():
    kept = every_kind()
    content = b"".join(pieces(kept))
    length = int.from_bytes(content[:8], "little")
    assert length % 8 == 0
    for name, entry in json.loads(content[8 : 8 + length]).items():
        assert entry["data_offsets"][0] % kept[name].element_size() == 0, name


def test_tensors_are_looked_at_and_not_copied():
    tensor = torch.zeros(1000)
    content = pieces({"zeros": tensor})
    before = digest(content)
    tensor[0] = 1.0
    assert digest(content) != before


def test_a_type_that_such_files_do_not_know_is_refused():
    with pytest.raises(KeyError):
        pieces({"odd": torch.zeros(3, dtype=torch.complex128)})
