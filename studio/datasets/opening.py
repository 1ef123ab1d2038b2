"""How a source becomes samples and their parts, with what people corrected of them."""

from collections.abc import Mapping
from typing import Any

from studio.datasets.corrections import corrected
from studio.datasets.dataset import Dataset, Split
from studio.datasets.source import Source
from studio.datasets.split import split
from studio.datasets.watching import Watch, watched


def opened(
    source: Source, learned: Mapping[str, Any] | None = None, watch: Watch | None = None
) -> tuple[Dataset, Split]:
    """Return the samples of a source and the parts they fall into; arguments as `Source.load`.

    Raises DataError or FileError if nothing can be used, CancelledError if the watch says so.
    """

    def read() -> tuple[Dataset, Split]:
        dataset = source.load(learned, watch)
        return corrected(dataset, split(dataset, source), source.corrected)

    return read() if watch is None else watched(read, watch)
