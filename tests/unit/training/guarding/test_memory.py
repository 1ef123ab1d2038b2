"""Errors that say that memory ran out, and those that do not."""

import pytest
import torch

from studio.training.guarding.memory import is_memory, shortage

CPU = torch.device("cpu")
SHORT = [
    (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a"), 2.5),
    (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 8 GiB)"), 20 / 1024),
    (RuntimeError("MPS backend out of memory. Tried to allocate 512 KB on pool"), 2**-11),
    (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), 0),
    (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), 0),
    (RuntimeError("Storage size calculation overflowed with sizes=[9, 9]"), 0),
    (MemoryError(), 0),
]


@pytest.mark.parametrize(("error", "needed"), SHORT)
def test_memory_that_ran_out_is_known_by_its_words(error, needed):
    assert is_memory(error)
    found = shortage(error, CPU)
    assert found.needed == int(needed * 2**30)
    assert found.free > 0


def test_what_the_processor_really_says_is_known():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)
    assert is_memory(caught.value)
    assert shortage(caught.value, CPU).needed == 2**52


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied (8x4 and 6x3)"),
        RuntimeError("CUDA error: device-side assert triggered"),
        RuntimeError("Expected all tensors to be in the same memory format"),
        ValueError("out of memory"),
    ],
)
def test_other_errors_are_not_taken_for_it(error):
    assert not is_memory(error)
