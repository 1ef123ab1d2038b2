"""A picture file as one sample: any mode and size brought to what the network was trained on."""

import math
import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.catalogue.shape import Shape
from studio.datasets.naming import shown
from studio.datasets.places import require_file, unreadable
from studio.errors import DataError, FileError
from studio.wording import _, byte_size

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
FITS = ("crop", "pad", "stretch")
MOST_PIXELS = 50_000_000
"""A small file can unfold to gigabytes; a photo has 12 to 50 million pixels."""
MOST_BYTES = 100 * 2**20
_ENOUGH = 4
"""Pixels on a side for each that is wanted, so that averaging them before is not seen."""
DECODER_ERRORS = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError),
    *(RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error),
)
"""What Pillow raises for broken files, according to its own decoders."""

Pixels = npt.NDArray[np.uint8]
_BYTE_OF: Pixels = np.rint(np.arange(65536) * (255 / 65535)).astype(np.uint8)
"""The byte that each value of 16 bits becomes."""


class PictureError(FileError):
    """A file is no picture that can be used; `kind` says why, as in `Problem.kind`."""

    def __init__(self, kind: str, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.kind = kind


@dataclass(frozen=True)
class Original:
    """What a picture was before it was prepared."""

    format: str
    mode: str
    width: int
    height: int


def read_picture(
    path: Path, sample: Shape, *, light_on_dark: bool = False, fit: str = "pad"
) -> Pixels:
    """Return a picture as [channels, height, width] of `sample`, from 0 to 255.

    It is brought to the sample's ratio as `fit` says: cut, padded or stretched. With
    `light_on_dark`, a picture whose border is bright is inverted, because digits on white paper
    must look like those that were trained on. Raises FileError for what is not a whole picture,
    DataError if the network does not take pictures.
    """
    require_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd tags; what matters is raised
        return prepared(path, sample, light_on_dark=light_on_dark, fit=fit)[0]


def prepared(
    path: Path, sample: Shape, *, light_on_dark: bool = False, fit: str = "pad"
) -> tuple[Pixels, Original]:
    """Return what `read_picture` does, and what the picture was before.

    For many pictures at once: the caller sees to warnings, and that no pipe is opened.
    """
    channels, height, width = _picture_axes(sample)
    mode = "L" if channels == 1 else "RGB"
    picture, original = _opened(path, mode, (width, height), fit)
    if light_on_dark and _border(picture) > 127:
        picture = ImageOps.invert(picture)
    fitted = _fitted(picture, width, height, fit)
    pixels = np.asarray(fitted, dtype=np.uint8)
    return pixels[np.newaxis] if channels == 1 else np.moveaxis(pixels, 2, 0), original


def _fitted(picture: Image.Image, width: int, height: int, fit: str) -> Image.Image:
    if picture.size == (width, height):
        return picture
    if fit == "crop":
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    if fit == "pad":
        return _padded(picture, width, height)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _picture_axes(sample: Shape) -> tuple[int, int, int]:
    if len(sample) != 3 or sample[0] not in {1, 3}:
        raise DataError(
            _("The network takes {shape}, which is no picture.").format(shape=sample),
            _("Give a row of numbers or a CSV file."),
        )
    return sample[0], sample[1], sample[2]


def _opened(path: Path, mode: str, size: tuple[int, int], fit: str) -> tuple[Image.Image, Original]:
    """Return the upright picture in `mode`; one that is far larger than `size` is made smaller.

    JPEGs are decoded at a half, a quarter or an eighth, as libjpeg can (scaled DCT).
    """
    side = max(size)
    try:
        with Image.open(BytesIO(_content(path)), formats=FORMATS) as picture:
            _require_size(path, picture)
            original = Original(str(picture.format), picture.mode, *picture.size)
            picture.draft(None, (2 * side, 2 * side))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            if upright.mode.startswith("I;16"):
                upright = Image.fromarray(_BYTE_OF[np.asarray(upright)])
            return _converted(_reduced(upright, size, fit), mode), original
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path, str(error)) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            "not_a_picture",
            _("{path} is not a picture of a known format.").format(path=shown(str(path))),
            _("Use one of {formats}.").format(formats=", ".join(FORMATS)),
        ) from error
    except DECODER_ERRORS as error:
        raise PictureError(
            "damaged",
            _("{path} is damaged: {reason}.").format(
                path=shown(str(path)), reason=shown(str(error)).rstrip(".")
            ),
            _("Fetch or save the picture again."),
        ) from error


def _content(path: Path) -> bytes:
    """Return the bytes of a file; raises PictureError for one that is empty or far too long."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _too_large(path, byte_size(size))
        content = path.read_bytes()
    except OSError as error:
        raise PictureError("unreadable", unreadable(path, error).problem) from error
    if not content:
        raise PictureError("damaged", _("{path} is empty.").format(path=shown(str(path))))
    return content


def _require_size(path: Path, picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if not 0 < pixels <= MOST_PIXELS:
        raise _too_large(path, f"{picture.width} × {picture.height}")


def _too_large(path: Path, size: str) -> PictureError:
    return PictureError(
        "too_large",
        _("{path} is too large to be opened ({size}; at most {most} pixels and {bytes}).").format(
            path=shown(str(path)),
            size=size,
            most=f"{MOST_PIXELS:,}",
            bytes=byte_size(MOST_BYTES),
        ),
        _("Make the picture smaller."),
    )


def _reduced(picture: Image.Image, size: tuple[int, int], fit: str) -> Image.Image:
    """Return a picture with `_ENOUGH` pixels on a side for each that is to be left of it.

    Averaging is far quicker than converting or resampling all pixels, and makes no difference that
    could be seen where so many are left. Less than a quarter of them are, or it is not worth while.
    """
    ratios = [have / want for have, want in zip(picture.size, size, strict=True)]
    if fit in {"crop", "pad"}:
        ratios = [min(ratios) if fit == "crop" else max(ratios)] * 2
    width, height = (
        min(have, math.ceil(have * _ENOUGH / ratio))
        for have, ratio in zip(picture.size, ratios, strict=True)
    )
    if width * height * 4 > picture.width * picture.height:
        return picture
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    elif picture.mode in {"1", "P"}:
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    return picture.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


def _converted(picture: Image.Image, mode: str) -> Image.Image:
    if picture.mode in {"I", "F"}:  # 32 bits: spread to 0…255
        values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
        top = _white(picture.mode, float(values.max()))
        values = np.clip(values * (255 / top), 0, 255)
        picture = Image.fromarray(np.rint(values).astype(np.uint8))
    if picture.has_transparency_data:  # what shines through is paper
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        picture = Image.alpha_composite(paper, clear)
    return picture.convert(mode)


def _white(mode: str, brightest: float) -> float:
    """Return the value that is white; fractions are understood to end at their own maximum."""
    return brightest if mode == "F" and 0 < brightest <= 1 else max(255.0, brightest)


def _border(picture: Image.Image) -> float:
    gray = np.asarray(picture.convert("L"))
    edges = (gray[0], gray[-1], gray[:, 0], gray[:, -1])
    return float(np.median(np.concatenate(edges)))


def _padded(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the whole picture, with a border of its own border's brightness around it.

    It is made smaller before the border is added: a line of pixels would need a huge one.
    """
    scale = min(width / picture.width, height / picture.height)
    sides = [max(1, round(side * scale)) for side in picture.size]
    inner = picture.resize((sides[0], sides[1]), Image.Resampling.LANCZOS)
    if inner.size == (width, height):
        return inner
    ground = round(_border(picture))
    wide = Image.new(picture.mode, (width, height), (ground,) * len(picture.getbands()))
    wide.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return wide
