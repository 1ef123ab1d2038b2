"""What is refused, and how it is said: first what is wrong with both numbers, then what would help.

StudioError
├── SettingError     a value does not fit the setting it was given to
├── ShapeError       a layer cannot take what its wires bring
├── EditError        the document cannot be changed this way
├── FileError        a file is missing, broken, or not what it claims to be
├── DataError        a data set cannot be used as it is
├── TrainingError    a run cannot start, or cannot go on
└── ExportError      a network or a run cannot be written in that form
"""


class StudioError(Exception):
    """An action that is refused; `str()` of it is ready to be shown."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class SettingError(StudioError):
    """A value does not fit the setting it was given to."""


class ShapeError(StudioError):
    """A layer cannot take what its wires bring."""


class EditError(StudioError):
    """The document cannot be changed this way."""


class FileError(StudioError):
    """A file is missing, broken, or not what it claims to be."""


class DataError(StudioError):
    """A data set cannot be used as it is."""


class TrainingError(StudioError):
    """A run cannot start, or cannot go on."""


class ExportError(StudioError):
    """A network or a run cannot be written in that form."""
