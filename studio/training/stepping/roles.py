"""What role each parameter plays: what multiplies decays, and everything else is left alone."""

from collections.abc import Iterator

from torch import nn

from studio.network.modules.biases import RelativeBias
from studio.network.modules.experts import Experts
from studio.network.modules.normalization import Affine, LayerScale
from studio.network.modules.positions import ClassToken, PositionEmbedding, SegmentEmbedding
from studio.network.network import Network

_SPARED = (
    nn.modules.batchnorm._NormBase,  # noqa: SLF001 - the one class behind all batch and instance norms
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    LayerScale,
    Affine,
    PositionEmbedding,
    ClassToken,
    SegmentEmbedding,
    RelativeBias,
)
"""Modules that multiply nothing, or only by a scale: norms, positions, parts, tokens in front."""

_NAMES = frozenset({"A_log", "frequency"})
"""Parameters of modules that do multiply which are no weights: rates of a state, frequencies."""


def weights(network: Network) -> list[nn.Parameter]:
    """Return the parameters that multiply: those that weight decay and the L1 penalty act on.

    These are matrices and kernels, tables of words among them. Offsets, scales, positions and
    single numbers are left out, since pulling them to zero does not make a network simpler.
    """
    return list({id(parameter): parameter for _module, parameter in _multiplying(network)}.values())


def hidden_matrices(network: Network) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Return the weights of hidden layers: matrices and kernels, and stacks of matrices.

    Tables of words and the last layer are none of them, also where they are shared.
    """
    found = list(_multiplying(network))
    spared = {id(p) for module, p in found if isinstance(module, nn.Embedding | nn.EmbeddingBag)}
    spared |= {id(parameter) for _module, parameter in found[-1:]}
    hidden = {id(p): (module, p) for module, p in found if id(p) not in spared}.values()
    stacks = [p for module, p in hidden if isinstance(module, Experts)]
    return [p for module, p in hidden if not isinstance(module, Experts)], stacks


def _multiplying(network: Network) -> Iterator[tuple[nn.Module, nn.Parameter]]:
    for module in network.modules():
        if not isinstance(module, _SPARED):
            for name, parameter in module.named_parameters(recurse=False):
                # names are those of module classes; layers are called by people elsewhere
                if parameter.ndim >= 2 and "bias" not in name and name not in _NAMES:
                    yield module, parameter
