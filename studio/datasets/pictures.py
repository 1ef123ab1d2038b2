"""A picture file as one sample: any mode and size brought to what the network was trained on."""

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.catalogue.shape import Shape
from studio.datasets.places import require_file
from studio.errors import DataError, FileError
from studio.wording import _

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
MOST_PIXELS = 50_000_000
"""A small file can unfold to gigabytes; a photo has 12 to 50 million pixels."""

Pixels = npt.NDArray[np.uint8]


def read_picture(path: Path, sample: Shape, *, light_on_dark: bool = False) -> Pixels:
    """Return a picture as [channels, height, width] of `sample`, from 0 to 255.

    With `light_on_dark`, a picture whose border is bright is inverted, because digits on white
    paper must look like those that were trained on. Raises FileError for what is not a whole
    picture, DataError if the network does not take pictures.
    """
    channels, height, width = _picture_axes(sample)
    mode = "L" if channels == 1 else "RGB"
    picture = _opened(path, mode)
    if light_on_dark and _border(picture) > 127:
        picture = ImageOps.invert(picture)
    fitted = _squared(picture, width / height).resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(fitted, dtype=np.uint8)
    return pixels[np.newaxis] if channels == 1 else np.moveaxis(pixels, 2, 0)


def _picture_axes(sample: Shape) -> tuple[int, int, int]:
    if len(sample) != 3 or sample[0] not in {1, 3}:
        raise DataError(
            _("The network takes {shape}, which is no picture.").format(shape=sample),
            _("Give a row of numbers or a CSV file."),
        )
    return sample[0], sample[1], sample[2]


def _opened(path: Path, mode: str) -> Image.Image:
    require_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd tags; what matters is raised
            with Image.open(path, formats=FORMATS) as picture:
                _require_size(path, picture)
                picture.load()
                return _converted(ImageOps.exif_transpose(picture), mode)
    except Image.DecompressionBombError as error:
        raise _too_large(path, str(error)) from error
    except UnidentifiedImageError as error:
        raise FileError(
            _("{path} is not a picture of a known format.").format(path=path),
            _("Use one of {formats}.").format(formats=", ".join(FORMATS)),
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        # what Pillow raises for broken files, according to its own decoders
        raise FileError(
            _("{path} is damaged: {reason}.").format(path=path, reason=str(error).rstrip("."))
        ) from error


def _require_size(path: Path, picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if not 0 < pixels <= MOST_PIXELS:
        raise _too_large(path, f"{picture.width} × {picture.height}")


def _too_large(path: Path, size: str) -> FileError:
    return FileError(
        _("{path} is too large to be opened ({size} pixels; at most {most}).").format(
            path=path, size=size, most=f"{MOST_PIXELS:,}"
        ),
        _("Make the picture smaller."),
    )


def _converted(picture: Image.Image, mode: str) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits and more: spread to 0…255
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
    if mode.startswith("I;16"):
        return 65535.0
    return brightest if mode == "F" and 0 < brightest <= 1 else max(255.0, brightest)


def _border(picture: Image.Image) -> float:
    gray = np.asarray(picture.convert("L"))
    edges = (gray[0], gray[-1], gray[:, 0], gray[:, -1])
    return float(np.median(np.concatenate(edges)))


def _squared(picture: Image.Image, ratio: float) -> Image.Image:
    """Add border of the border's own brightness until width : height is `ratio`."""
    width = max(picture.width, round(picture.height * ratio))
    height = max(picture.height, round(picture.width / ratio))
    if (width, height) == picture.size:
        return picture
    ground = round(_border(picture))
    wide = Image.new(picture.mode, (width, height), (ground,) * len(picture.getbands()))
    wide.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return wide
