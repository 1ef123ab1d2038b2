"""The settings that every source of rows has: how its file is written down."""

from studio.datasets.reading.dialect import DELIMITERS
from studio.datasets.reading.encoding import encoding_setting
from studio.datasets.reading.grid import Reading
from studio.fields import Declared, choice


class Delimited(Declared):
    """How rows stand in a file; by default, the file decides."""

    delimiter: str = choice(
        default="found",
        options=("found", *reversed(DELIMITERS)),
        hint="What stands between two cells; found looks at the first rows.",
        label="Delimiter",
    )
    quoting: str = choice(
        default="found",
        options=("found", "double", "none"),
        hint="Whether double quotes enclose cells that hold a delimiter, or are mere characters.",
        label="Quoting",
    )
    header: str = choice(
        default="found",
        options=("found", "yes", "no"),
        hint="Whether the first row names the columns.",
        label="First row has names",
    )
    encoding: str = encoding_setting()

    @property
    def reading(self) -> Reading:
        """How the file is to be read."""
        return Reading(self.delimiter, self.quoting, self.header, self.encoding)
