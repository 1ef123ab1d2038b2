"""Which field asks for which Input of a network: a pad, a text, a form, a sound."""

from collections.abc import Callable

from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.datasets.source import Source, read_source
from studio.datasets.tables.asking import columns_of
from studio.errors import StudioError
from studio.runs.info import RunInfo
from studio.ui.trying.field import Field
from studio.ui.trying.picture_field import PictureField
from studio.ui.trying.row import MOST, FileField, LineField, RowField
from studio.ui.trying.sentence import SentenceField
from studio.ui.trying.sound_field import SoundField
from studio.ui.trying.writing_field import WritingField
from studio.wording import _

_DARK = 110
"""Pictures whose pixels are darker than this on average show light things on a dark ground."""


def inputs_of(info: RunInfo) -> dict[str, Shape]:
    """Return the Inputs of a run's network, that of the samples themselves first."""
    nodes = info.graph.nodes.items()
    found = {name: node.layer.shape() for name, node in nodes if isinstance(node.layer, Input)}
    return dict(sorted(found.items(), key=lambda item: item[0] in info.scaling.more))


def fields_of(info: RunInfo) -> tuple[Field, ...]:
    """Return a field for each Input, that of the samples themselves first."""
    inputs = list(inputs_of(info).items())
    source = source_of(info)
    kind = source.takes if source is not None else ""
    (first, shape), *others = inputs
    written = source.writes if source is not None else ""
    return (
        _field(first, shape, info, kind),
        *(_written(name) if name == written else _further(name, shape) for name, shape in others),
    )


def source_of(info: RunInfo) -> Source | None:
    """Return where the samples of a run come from, if that is known."""
    try:
        return read_source(info.project.data) if info.project.data else None
    except StudioError:
        return None


def _field(name: str, shape: Shape, info: RunInfo, kind: str) -> Field:
    makers: dict[str, Callable[[str, Shape, RunInfo], Field]] = {
        "picture": _picture,
        "text": _text,
        "beginning": lambda name, _shape, _info: WritingField(
            name, hint=_("Type how a text begins")
        ),
        "row": _row,
        "sound": _sound,
        "series": _series,
        "array": _array,
    }
    return makers[kind or _kind_of(shape)](name, shape, info)


def _written(name: str) -> Field:
    return WritingField(name, hint=_("Empty, or how the text begins"), may_be_empty=True)


def _further(name: str, shape: Shape) -> Field:
    """Return the field for an Input beside the first, of which nothing but the shape is known."""
    kind = _kind_of(shape)
    if kind == "picture":
        return PictureField(name, shape, light_on_dark=False)
    ids = _("Up to {count} ids with blanks between").format(count=shape.size)
    return LineField(name, (), hint=ids if kind == "text" else _numbers(shape))


def _kind_of(shape: Shape) -> str:
    """Return what the shape of a sample tells of it."""
    if shape.dtype == "int64":
        return "text"
    if len(shape) == 3 and shape[0] in {1, 3}:
        return "picture"
    return "row" if len(shape) == 1 else "array"


def _text(name: str, _shape: Shape, info: RunInfo) -> Field:
    if "first" in info.learned and "second" not in info.learned:
        return SentenceField(name, hint=_("Type two sentences, each on a line"), separator="\t")
    return SentenceField(name)


def _picture(name: str, shape: Shape, info: RunInfo) -> Field:
    scale = info.scaling.inputs
    dark = scale is not None and sum(scale.mean) / len(scale.mean) < _DARK
    return PictureField(name, shape, light_on_dark=info.light_on_dark or dark)


def _row(name: str, shape: Shape, info: RunInfo) -> Field:
    columns = columns_of(info.learned, info.columns, info.scaling.inputs)
    if 0 < len(columns) <= MOST:
        return RowField(name, columns)
    return LineField(name, [column.name for column in columns], hint=_numbers(shape))


def _series(name: str, shape: Shape, info: RunInfo) -> Field:
    hint = _("{rows} rows of {columns}, with semicolons between the rows").format(
        rows=shape[0], columns=", ".join(info.columns)
    )
    return LineField(name, info.columns, hint=hint)


def _sound(name: str, _shape: Shape, info: RunInfo) -> Field:
    rate = int(info.learned.get("rate", 8000))
    return SoundField(name, int(info.learned.get("length", rate)) / rate, rate)


def _array(name: str, shape: Shape, _info: RunInfo) -> Field:
    return FileField(name, _("The path of a file with one sample of {shape}").format(shape=shape))


def _numbers(shape: Shape) -> str:
    return _("{count} numbers with commas between").format(count=shape.size)
