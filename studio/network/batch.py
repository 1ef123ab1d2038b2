"""How tensors that no sample changes meet those that hold one entry for each."""

from torch import Tensor


def together(*inputs: Tensor) -> list[Tensor]:
    """Return the inputs with one number of samples: what no sample changes comes as a single one.

    Learned and fixed tensors such as class tokens have the shape (1, *axes); what meets them has
    (samples, *axes). Adding and multiplying stretch by themselves, other calls need this.
    """
    most = max(x.shape[0] for x in inputs)
    return [x if x.shape[0] == most else x.expand(most, *x.shape[1:]) for x in inputs]
