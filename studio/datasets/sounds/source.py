"""Sounds of one's own: WAV files as waves or as pictures of their spectrum."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape
from studio.datasets.addressing import files_in
from studio.datasets.arranging import Placed
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.faulting import (
    class_problems,
    empty_folders,
    graver_first,
    left_out,
    missing_in_parts,
    problem,
    require_known,
)
from studio.datasets.listing import Listed, Listing, listed, remembered
from studio.datasets.naming import class_order, shown
from studio.datasets.problems import Problem
from studio.datasets.reading.placed import FromFolder
from studio.datasets.repeats import Repeats, Sifting, same
from studio.datasets.sounds.choosing import LABELS, likeness, placed, sounds_of, speakers
from studio.datasets.sounds.hearing import Ear, Heard, heard, usual
from studio.datasets.sounds.wave import read_sound
from studio.datasets.source import SOURCES
from studio.datasets.watching import Watch
from studio.errors import StudioError
from studio.fields import choice, flag, integer, number
from studio.wording import Plural, _, marked

_FOREIGN = (".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma", ".aif", ".aiff", ".amr")
"""Endings of recordings that are not read."""
_CALLED = Plural(
    "{count} file is called like a sound but is none, and is left out.",
    "{count} files are called like sounds but are none, and are left out.",
)
_OF_OTHER_KINDS = Plural(
    "{count} recording is of a kind that is not read, such as MP3, and is left out.",
    "{count} recordings are of a kind that is not read, such as MP3, and are left out.",
)
_OTHERS = Plural(
    "{count} file is no sound and is left out.", "{count} files are no sounds and are left out."
)


@SOURCES.file("sounds")
class Sounds(Sifting, FromFolder):
    """Your own sounds (WAV), in a folder for each class or named after it."""

    title = marked("Sounds")
    is_own = True
    takes = "sound"

    labels: str = choice(
        default="auto",
        options=LABELS,
        hint="Whether folders or the beginnings of names are the classes; auto also takes a table.",
        label="Classes from",
    )
    form: str = choice(
        default="spectrogram",
        options=("spectrogram", "waveform"),
        hint="A picture of which pitches sound when, or the wave itself.",
        label="As",
    )
    seconds: float | None = number(
        default=None,
        optional=True,
        low=0.01,
        high=600.0,
        hint="Longer sounds are cut, shorter ones end in silence; empty: fits 95 % of them.",
        label="Length in seconds",
    )
    rate: int | None = integer(
        default=None,
        optional=True,
        low=1000,
        high=192_000,
        hint="Samples in a second; empty: the rate most of the sounds have.",
        label="Rate in Hz",
    )
    mels: int = integer(
        default=40,
        low=4,
        high=256,
        hint="Rows of a spectrogram: bands of pitch as wide as ears hear them.",
        label="Mel bands",
    )
    window: int = integer(
        default=32,
        low=2,
        high=500,
        hint="Milliseconds of sound that a column of a spectrogram shows.",
        label="Window in ms",
    )
    hop: int = integer(
        default=16,
        low=1,
        high=500,
        hint="Milliseconds from a column of a spectrogram to the next.",
        label="Hop in ms",
    )
    by_speaker: bool = flag(
        default=False,
        hint="Keeps all sounds of a speaker in one part, as named in class_speaker_number.wav.",
        label="Parts by speaker",
    )

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a folder is one of sounds."""
        sure = likeness(path) if path.is_dir() else 0.0
        return (sure, cls(folder=str(path))) if sure else None

    def facts(self) -> Facts:
        """Return what names and heads of files tell; what is broken shows only when it is read."""
        try:
            listing = remembered(self.place)
            files = [file for file in listing.files if file.suffix in {".wav", ".wave", ""}]
            found, _rest = placed(listing, files, self.labels)
            ear = self._ear(listing.root, found, {})
            return Facts(ear.sample, len(found), class_order({one.label for one in found}))
        except StudioError:
            return Facts(Shape(1, self.mels, 1), 0)

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read all sounds, brought to one rate and length; the publisher's parts are kept."""
        listing = listed(self.place, watch)
        sounds = sounds_of(listing, watch)
        found, rest = placed(listing, sounds, self.labels)
        classes = tuple(learned.get("classes", ())) or class_order({one.label for one in found})
        require_known([one.label for one in found], classes)
        files = [one for one in found if one.label in classes]
        unknown = [one.file for one in found if one.label not in classes]
        ear = self._ear(listing.root, files, learned)
        result = heard(listing.root, files, ear, watch)
        used = [files[place] for place in result.places]
        problems = (*_beside(listing, sounds, rest, unknown), *result.problems)
        return self._dataset(used, classes, result, ear, problems)

    def _dataset(
        self,
        used: Sequence[Placed],
        classes: tuple[str, ...],
        result: Heard,
        ear: Ear,
        problems: Sequence[Problem],
    ) -> Dataset:
        labels = [one.label for one in used]
        names, parts = [one.file.name for one in used], [one.part for one in used]
        repeats = Repeats(same(result.digests))
        dataset = Dataset(
            name=Path(self.folder).name,
            inputs=result.values,
            targets=np.array([classes.index(label) for label in labels], dtype=np.int64),
            classes=tuple(map(shown, classes)),
            target_name="class",
            test=_numbers(parts, "test"),
            validation=_numbers(parts, "validation"),
            about=_(self.about()),
            groups=self._groups(used, repeats),
            origins=tuple(map(shown, names)),
            learned={**vars(ear), "classes": list(classes)},
            problems=graver_first((*problems, *_of_classes(classes, used))),
            rises=ear.form == "spectrogram",
        )
        return self.sifted(dataset, repeats)

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return a WAV file as one sample, prepared as `load` does."""
        return self._ear(Path(self.folder), (), learned).heard(read_sound(Path(word)))

    def named(self, word: str) -> Sequence[str]:
        """Return the sounds of a folder."""
        return files_in(word, sounds_of)

    def _ear(self, root: Path, files: Sequence[Placed], learned: Mapping[str, Any]) -> Ear:
        """Return how sounds were prepared before, or as suits those of the training part."""
        names = ("rate", "length", "form", "mels", "window", "hop")
        if all(name in learned for name in names):
            return Ear(**{name: learned[name] for name in names})
        train = [one for one in files if one.part in {"", "train"}] or list(files)
        rate, seconds = usual(root, train)
        rate = self.rate or rate
        return Ear(
            rate=rate,
            length=max(1, round((self.seconds or seconds) * rate)),
            form=self.form,
            mels=self.mels,
            window=max(4, round(self.window * rate / 1000)),
            hop=max(1, round(self.hop * rate / 1000)),
        )

    def _groups(self, used: Sequence[Placed], repeats: Repeats) -> npt.NDArray[np.int64] | None:
        if not self.by_speaker:
            return repeats.groups(len(used))
        names = speakers([one.file for one in used])
        return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _numbers(parts: Sequence[str], part: str) -> npt.NDArray[np.int64] | None:
    found = [number for number, name in enumerate(parts) if name == part]
    return np.array(found, dtype=np.int64) if found else None


def _beside(
    listing: Listing, sounds: Sequence[Listed], rest: Sequence[Listed], unknown: Sequence[Listed]
) -> tuple[Problem, ...]:
    """Return what of the folder is no sample."""
    known = set(sounds)
    others = [file for file in listing.files if file not in known]
    called = [file.name for file in others if file.suffix in {".wav", ".wave"}]
    return (
        *left_out(listing),
        *empty_folders(listing, sounds),
        *problem(
            "not_a_sound",
            "warning",
            _CALLED,
            _("Fetch them again, or delete them."),
            called,
        ),
        *problem(
            "foreign_sound",
            "warning",
            _OF_OTHER_KINDS,
            _("Save the sounds as WAV files."),
            (file.name for file in others if file.suffix in _FOREIGN),
        ),
        *problem(
            "other_files",
            "note",
            _OTHERS,
            "",
            (file.name for file in others if file.suffix not in {*_FOREIGN, ".wav", ".wave"}),
        ),
        *_without_class(rest, unknown),
    )


def _without_class(rest: Sequence[Listed], unknown: Sequence[Listed]) -> tuple[Problem, ...]:
    return (
        *problem(
            "outside_classes",
            "warning",
            Plural(
                "{count} sound has no class and is left out.",
                "{count} sounds have no class and are left out.",
            ),
            _("Move them into the folder of their class, or name them after it."),
            (file.name for file in rest),
        ),
        *problem(
            "unknown_class",
            "warning",
            Plural(
                "{count} sound is of a class that was not learned and is left out.",
                "{count} sounds are of classes that were not learned and are left out.",
            ),
            _("Choose a folder with the classes that the network was trained on."),
            (file.name for file in unknown),
        ),
    )


def _of_classes(classes: Sequence[str], used: Sequence[Placed]) -> tuple[Problem, ...]:
    found = Counter(one.label for one in used)
    counts = {name: found[name] for name in classes}
    present = {
        part: {one.label for one in used if one.part == part}
        for part in sorted({one.part for one in used} - {""})
    }
    return (*class_problems(counts), *missing_in_parts(classes, present))
