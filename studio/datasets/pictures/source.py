"""Pictures of one's own: a folder for each class, or a table beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import files_in
from studio.datasets.arranging import LEVELS
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.faulting import empty_folders, graver_first, left_out
from studio.datasets.listing import Listed, Listing, listed, remembered
from studio.datasets.naming import class_order, shown
from studio.datasets.pictures.captions import Words
from studio.datasets.pictures.choosing import Chosen, chosen, known_only
from studio.datasets.pictures.faults import not_pictures
from studio.datasets.pictures.finding import likeness
from studio.datasets.pictures.reading import FITS, read_picture
from studio.datasets.pictures.samples import Samples, read_samples
from studio.datasets.pictures.sizing import LONGEST, suitable
from studio.datasets.pictures.sniffing import pictures_of, probable
from studio.datasets.pictures.twins import repeats_among
from studio.datasets.problems import Problem, unnumbered
from studio.datasets.reading.known import facts_of
from studio.datasets.reading.placed import FromFolder
from studio.datasets.repeats import Repeats, Sifting
from studio.datasets.source import SOURCES
from studio.datasets.split import split
from studio.datasets.watching import Watch
from studio.datasets.writing import Writer
from studio.errors import StudioError
from studio.fields import choice, integer, text
from studio.wording import _, marked

_MOST_SIDE = 1024


@SOURCES.file("pictures")
class Pictures(Sifting, FromFolder):
    """Your own pictures, in a folder for each class or named by a table."""

    title = marked("Pictures")
    is_own = True
    writes = "caption"

    height: int | None = integer(
        default=None,
        optional=True,
        high=_MOST_SIDE,
        hint="Rows of pixels the network sees; empty: found from the pictures, 224 at most.",
        label="Height",
    )
    width: int | None = integer(
        default=None,
        optional=True,
        high=_MOST_SIDE,
        hint="Columns of pixels the network sees; empty: found from the pictures, 224 at most.",
        label="Width",
    )
    fit: str = choice(
        default="crop",
        options=FITS,
        hint="Crop cuts off what is too long, pad adds a border, stretch changes the proportions.",
        label="Fit",
    )
    color: str = choice(
        default="auto",
        options=("auto", "rgb", "gray"),
        hint="Three channels, or one; auto takes one if all pictures are gray.",
        label="Color",
    )
    class_folder: str = choice(
        default="first",
        options=LEVELS,
        hint="Which of several nested folders names the class: the first, the last, or all.",
        label="Class folder",
    )
    labels: str = text(
        default="",
        hint="The table that names the pictures, such as labels.csv; empty: found by content.",
        label="Table of labels",
    )
    file_column: str = text(
        default="",
        hint="The column that names the files; empty: the one whose cells are files.",
        label="Column of files",
    )
    label_column: str = text(
        default="",
        hint="The column with the class; empty: one with few different words.",
        label="Column of classes",
    )

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a folder or table is one of pictures."""
        sure, folder, labels = likeness(path)
        return (sure, cls(folder=str(folder), labels=labels)) if sure else None

    def facts(self) -> Facts:
        """Return what names and a few files tell; what is broken shows only when it is read."""
        try:
            listing = remembered(self.place)
            pictures = probable(listing.root, listing.files)
            found = chosen(listing, pictures, _others(listing, pictures), self._wanted())
            if found.captions:  # which words there are, only reading tells
                return facts_of(self, self.place)
            classes = class_order({one.label for one in found.placed} - {""})
            return Facts(self._shape(listing, found, {}), len(found.placed), classes)
        except StudioError:
            return Facts(Shape(3, self.height or LONGEST, self.width or LONGEST), 0)

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read all pictures, each brought to the same size; the parts of the publisher are kept."""
        listing = listed(self.place, watch)
        pictures = pictures_of(listing, watch)
        others = _others(listing, pictures)
        found = known_only(chosen(listing, pictures, others, self._wanted(), watch), learned)
        shape = self._shape(listing, found, learned)
        read = read_samples(listing.root, found.placed, shape, self.fit, watch)
        repeats = repeats_among(read.seen, read.pixels, watch)
        problems = (
            *left_out(listing),
            *not_pictures(others, found.tables),
            *found.problems,
            *read.problems(),
            *empty_folders(listing, (one.file for one in read.placed)),
        )
        if self.duplicates == "drop" and repeats.same:
            read, repeats, settled = self._dropped(read, repeats, watch)
            problems = (*unnumbered(problems), *settled)
        problems = (*problems, *repeats.problems(read.names, read.labels, read.parts))
        if found.captions:
            return self._captioned(read, found, learned, graver_first(problems))
        if found.numbers:
            return self._measured(read, found, repeats, graver_first(problems))
        classes = tuple(learned.get("classes", ())) or class_order(set(read.labels))
        return replace(
            self._dataset(read, classes),
            target_name=shown(found.label_name),
            groups=repeats.groups(len(read.placed)),
            learned={"shape": list(shape), "classes": list(classes)},
            problems=graver_first((*problems, *read.oddities_of(classes))),
        )

    def _dropped(
        self, read: Samples, repeats: Repeats, watch: Watch
    ) -> tuple[Samples, Repeats, tuple[Problem, ...]]:
        """Return the samples without repeats, which still nearly are the same, and what is told."""
        gone = repeats.superfluous(read.parts)
        told = repeats.settled(read.names, read.labels, gone)
        rest = read.without(gone, Shape(*read.pixels.shape[1:]), self.fit, watch)
        return rest, repeats_among(rest.seen, rest.pixels, watch), told

    def _captioned(
        self, read: Samples, found: Chosen, known: Mapping[str, Any], problems: tuple[Problem, ...]
    ) -> Dataset:
        """Return pictures with the first sentence on each: said so far, and what follows."""
        sentences = [found.captions[name][0] for name in read.names]
        draft = replace(self._dataset(read, ("",)), classes=())
        if "vocabulary" in known:
            words = Words(tuple(known["vocabulary"]), known["length"])
        else:
            words = Words.learned(sentences[one] for one in split(draft, self).train)
        before, after = words.said(sentences)
        return replace(
            draft,
            targets=after,
            classes=words.vocabulary,
            vocabulary=words.vocabulary,
            target_name=shown(found.label_name),
            more_inputs={"caption": before},
            texts=tuple(map(shown, sentences)),
            learned={
                "shape": list(read.pixels.shape[1:]),
                "vocabulary": list(words.vocabulary),
                "length": words.length,
            },
            problems=problems,
        )

    def _measured(
        self, read: Samples, found: Chosen, repeats: Repeats, problems: tuple[Problem, ...]
    ) -> Dataset:
        """Return pictures with a number each that is to be predicted."""
        return replace(
            self._dataset(read, ("",)),
            classes=(),
            targets=np.array([[found.numbers[name]] for name in read.names], dtype=np.float32),
            target_name=shown(found.label_name),
            groups=repeats.groups(len(read.placed)),
            learned={"shape": list(read.pixels.shape[1:])},
            problems=problems,
        )

    def _dataset(self, read: Samples, classes: tuple[str, ...]) -> Dataset:
        return Dataset(
            name=shown(read.root.name),
            inputs=read.pixels,
            targets=np.array([classes.index(label) for label in read.labels], dtype=np.int64),
            classes=tuple(map(shown, classes)),
            test=read.numbers("test"),
            validation=read.numbers("validation"),
            about=_(self.about()),
            origins=tuple(map(shown, read.names)),
        )

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return a picture file as one sample [channels, height, width]."""
        shape = Shape(*learned["shape"]) if "shape" in learned else self.facts().sample
        return read_picture(Path(word), shape, fit=self.fit)

    def writer(self, learned: Mapping[str, Any]) -> Writer | None:
        """Return how a sentence on a picture is written, where sentences were learned."""
        if "vocabulary" not in learned:
            return None
        return Words(tuple(learned["vocabulary"]), int(learned["length"])).writer

    def named(self, word: str) -> Sequence[str]:
        """Return the pictures of a folder."""
        return files_in(word, pictures_of)

    def _wanted(self) -> dict[str, str]:
        names = ("class_folder", "labels", "file_column", "label_column")
        return {name: getattr(self, name) for name in names}

    def _shape(self, listing: Listing, found: Chosen, learned: Mapping[str, Any]) -> Shape:
        """Return the shape of a run before, or one that suits the training part."""
        if "shape" in learned:
            return Shape(*learned["shape"])
        train = [one.file for one in found.placed if one.part in {"", "train"}]
        files = train or [one.file for one in found.placed]
        return suitable(listing.root, files, self.height, self.width, self.color)


def _others(listing: Listing, pictures: Sequence[Listed]) -> list[Listed]:
    used = set(pictures)
    return [file for file in listing.files if file not in used]
