"""What is compared between layers, in words and at reading size."""

from studio.analysis.shares import Measure, Row
from studio.wording import _, byte_size, humanized, marked

MEASURES: tuple[tuple[Measure, str, str], ...] = (
    ("parameters", marked("Parameters"), marked("Numbers that the layers learn.")),
    (
        "trainable",
        marked("Trainable"),
        marked("Parameters that training changes; those of frozen layers do not count."),
    ),
    (
        "multiply_adds",
        marked("Multiply-adds"),
        marked("Work for one sample: multiplications with an addition."),
    ),
    (
        "activation_bytes",
        marked("Activations"),
        marked("Bytes of the answers of all layers to one sample."),
    ),
)
"""Key, name and sentence of each measure."""


def spelled(measure: Measure, number: float) -> str:
    """Return a number of a measure at reading size."""
    return byte_size(number) if measure == "activation_bytes" else humanized(number)


def named(measure: Measure) -> str:
    """Return the name of a measure in the language in use."""
    return next(_(name) for key, name, _hint in MEASURES if key == measure)


def spoken(row: Row) -> str:
    """Return the name of a row for people."""
    if row.path:
        return row.name.replace("/", " › ")
    return _(row.name) if row.name else _("Outside of blocks")
