"""Sources that lie in a file or a folder of somebody's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset, Facts
from studio.datasets.folders import require_folder
from studio.datasets.places import expanded, require_place
from studio.datasets.reading.known import facts_of, remember
from studio.datasets.source import Source
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.fields import text
from studio.wording import _


class Placed(Source):
    """Samples that lie in one place, of which facts are known once it was read."""

    where: ClassVar[str] = ""
    """The setting that says the place."""
    empty: ClassVar[Shape] = Shape(1)
    """The shape of a sample while no place was chosen."""

    @property
    def place(self) -> Path:
        """Where the samples lie; raises DataError while nothing was chosen."""
        if not getattr(self, self.where):
            raise DataError(
                _("No file or folder is chosen yet."),
                _("Choose it in the data panel, or set data.{setting}.").format(setting=self.where),
            )
        return require_place(expanded(Path(getattr(self, self.where))))

    def facts(self) -> Facts:
        """Return what the place holds, which is read the first time it is asked for."""
        return facts_of(self, self.place) if getattr(self, self.where) else Facts(self.empty, 0)

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read the place; what is learned comes from the training part alone."""
        dataset = self.prepared(learned or {}, watch or Watch())
        if not learned:
            remember(self, self.place, dataset)
        return dataset

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read and prepare the samples; `learned` is empty where nothing was learned before."""
        raise NotImplementedError


class FromFile(Placed):
    """Samples that stand in one file."""

    where = "file"

    file: str = text(
        default="",
        hint="The file with the samples; delimiter, quotes and encoding are found out.",
        label="File",
    )


class FromFolder(Placed):
    """Samples that lie in a folder."""

    where = "folder"

    folder: str = text(
        default="",
        hint="The folder with the samples; how they lie in it is found out.",
        label="Folder",
    )

    @property
    def place(self) -> Path:
        """The folder; raises DataError while none was chosen, FileError if it cannot be listed."""
        return require_folder(super().place)


class FromPath(Placed):
    """Samples that lie in a folder or stand in a file."""

    where = "path"

    path: str = text(
        default="",
        hint="The folder or file with the samples; how they lie in it is found out.",
        label="Folder or file",
    )
