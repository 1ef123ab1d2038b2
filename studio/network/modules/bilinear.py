"""How every pair of features of two wires is weighed."""

from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class Bilinear(nn.Bilinear):
    """torch's Bilinear as two matrix products.

    Its own kernel weighs one output after the other, and refuses short inputs in mixed precision.
    """

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return (samples, ..., out_features); both inputs agree in all axes but the last."""
        if first.shape[1:-1] != second.shape[1:-1]:
            raise ValueError(f"{first.shape[1:-1]} and {second.shape[1:-1]} are not alike")
        rows = self.weight.permute(1, 0, 2).flatten(1)
        weighed = (first @ rows).reshape(*first.shape[:-1], self.out_features, self.in2_features)
        return _shifted((weighed @ second.unsqueeze(-1)).squeeze(-1), self.bias)


def _shifted(answer: Tensor, bias: Tensor | None) -> Tensor:
    return answer if bias is None else answer + bias
