"""How pictures are enlarged, padded and cropped, also to the size of another tensor."""

from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own


@own
class Upsample(nn.Module):
    """Resizes the axes behind the channels: to a reference, else to `size`, else by a factor."""

    def __init__(
        self, scale_factor: float, size: tuple[int, ...], mode: str, *, align_corners: bool
    ) -> None:
        super().__init__()
        self.scale_factor, self.size, self.mode = scale_factor, size, mode
        # torch wants to hear of corners only where values are blended
        self.align_corners = align_corners or (None if mode.startswith("nearest") else False)

    def forward(self, x: Tensor, reference: Tensor | None = None) -> Tensor:
        """Return (samples, channels, *sizes); raises ValueError where sizes and axes differ."""
        size = tuple(self.size) if reference is None else tuple(reference.shape[2:])
        if not size and x.ndim < 3:
            raise ValueError(f"{x.ndim} axes have no place to resize")
        if reference is not None and reference.ndim != x.ndim:
            raise ValueError(f"{x.ndim} axes cannot take the size of {reference.ndim}")
        return functional.interpolate(
            x,
            size=size or None,
            scale_factor=None if size else self.scale_factor,
            mode=self.mode,
            align_corners=self.align_corners,
        )


@own
class Pad(nn.Module):
    """Adds places at the ends of the last axes, in torch's order: the last axis first."""

    def __init__(self, pad: tuple[int, ...], mode: str, value: float) -> None:
        super().__init__()
        if not pad or (mode != "constant" and min(pad) < 0):
            raise ValueError(f"{mode} padding cannot be {pad}")
        self.pad, self.mode, self.value = tuple(pad), mode, value

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` padded; raises ValueError if nothing is left or the batch would be padded."""
        if len(self.pad) > 2 * (x.ndim - 1):
            raise ValueError(f"{self.pad} would pad the batch of {tuple(x.shape)}")
        padded = functional.pad(
            x, self.pad, self.mode, self.value if self.mode == "constant" else None
        )
        if 0 in padded.shape[1:]:
            raise ValueError(f"{self.pad} leaves nothing of {tuple(x.shape)}")
        return padded


@own
class Crop(nn.Module):
    """Cuts the middle out of the last axes, to the size of a reference or else to `size`."""

    def __init__(self, size: tuple[int, ...]) -> None:
        super().__init__()
        self.size = tuple(size)

    def forward(self, x: Tensor, reference: Tensor | None = None) -> Tensor:
        """Return the middle; raises ValueError if `x` is smaller, or has other axes."""
        size = self.size
        if reference is not None:
            if reference.ndim != x.ndim:
                raise ValueError(f"{x.ndim} axes cannot be cut like {reference.ndim}")
            size = tuple(reference.shape[min(2, x.ndim - 1) :]) if x.ndim > 1 else ()
        if len(size) >= x.ndim:
            raise ValueError(f"{size} cannot be cut out of {tuple(x.shape)}")
        for dim, length in enumerate(size, x.ndim - len(size)):
            rest = x.shape[dim] - length
            if rest < 0:
                raise ValueError(f"{size} cannot be cut out of {tuple(x.shape)}")
            x = x.narrow(dim, rest // 2, length)
        return x
