"""Many sound files made samples of one rate and length, to be cancelled between two of them."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.arranging import Placed
from studio.datasets.dataset import Array
from studio.datasets.faulting import problem
from studio.datasets.problems import Gravity, Problem
from studio.datasets.sounds.spectrum import Floats, fitted, frame_count, log_mel, resampled
from studio.datasets.sounds.wave import Sound, SoundError, peeked, read_sound
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import Plural, _, byte_size

MOST_BYTES = 8 * 2**30
_QUIET = 1e-4
_PEEKED = 2000
_FAILED = {
    "damaged": Plural(
        "{count} sound is damaged or empty and is left out.",
        "{count} sounds are damaged or empty and are left out.",
    ),
    "unreadable": Plural(
        "{count} sound cannot be opened and is left out.",
        "{count} sounds cannot be opened and are left out.",
    ),
    "too_large": Plural(
        "{count} sound is longer than 64 MiB and is left out.",
        "{count} sounds are longer than 64 MiB and are left out.",
    ),
    "not_a_sound": Plural(
        "{count} file begins as a sound but is none, and is left out.",
        "{count} files begin as a sound but are none, and are left out.",
    ),
    "unknown_coding": Plural(
        "{count} sound is coded in a way that is not known.",
        "{count} sounds are coded in a way that is not known.",
    ),
    "not_finite": Plural(
        "{count} sound holds values that are no finite numbers.",
        "{count} sounds hold values that are no finite numbers.",
    ),
}


@dataclass(frozen=True)
class Ear:
    """How sounds become samples."""

    rate: int
    """Samples in a second."""
    length: int
    """Samples of one sound."""
    form: str
    """waveform or spectrogram."""
    mels: int
    window: int
    """Samples of one frame."""
    hop: int

    @property
    def sample(self) -> Shape:
        """The shape of one sample."""
        if self.form == "waveform":
            return Shape(1, self.length)
        return Shape(1, self.mels, frame_count(self.length, self.window, self.hop))

    def heard(self, sound: Sound) -> Floats:
        """Return [1, length] or [1, mels, frames] of one sound."""
        waves = fitted(resampled(sound.waves, sound.rate, self.rate), self.length)
        if self.form == "waveform":
            return waves[np.newaxis]
        return log_mel(waves, self.rate, self.mels, self.window, self.hop)[np.newaxis]


@dataclass(frozen=True, eq=False)
class Heard:
    """Prepared sounds, the numbers of their files, and what was odd."""

    values: Array
    places: tuple[int, ...]
    digests: tuple[str, ...]
    problems: tuple[Problem, ...]


def usual(root: Path, files: Sequence[Placed], share: float = 0.95) -> tuple[int, float]:
    """Return the most frequent rate, and the seconds that a `share` of the sounds do not exceed.

    Told by the heads of up to 2,000 files all over the folder; 8,000 Hz and one second if none can
    be read.
    """
    count = min(_PEEKED, len(files))
    rates: Counter[int] = Counter()
    seconds = []
    for number in range(count):
        try:
            rate, samples = peeked(root / files[number * len(files) // count].file.name)
        except SoundError:
            continue
        if samples:
            rates[rate] += 1
            seconds.append(samples / rate)
    if not seconds:
        return 8000, 1.0
    most = max(rates.values())
    rate = min(rate for rate, times in rates.items() if times == most)
    return rate, float(np.quantile(seconds, share))


def heard(root: Path, files: Sequence[Placed], ear: Ear, watch: Watch | None) -> Heard:
    """Return all sounds that can be read; raises DataError if none can or all are too many."""
    _require_room(len(files), ear)
    values = np.empty((len(files), *ear.sample), dtype=np.float32)
    found = _Findings()
    for number, one in enumerate(files):
        if watch is not None:
            watch.tell(number, len(files))
        try:
            sound = read_sound(root / one.file.name)
        except SoundError as error:
            found.failed.setdefault(error.kind, []).append(one.file.name)
            continue
        values[len(found.places)] = ear.heard(sound)
        found.note(number, one.file.name, sound, ear)
    if not found.places:
        raise DataError(
            _("None of the {count} sounds can be read.").format(count=len(files)),
            _("Save them as WAV with 16 bits."),
        )
    places = tuple(found.places)
    return Heard(values[: len(places)], places, tuple(found.digests), found.problems(ear))


class _Findings:
    """What reading finds, file by file."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.digests: list[str] = []
        self.failed: dict[str, list[str]] = {}
        self._odd: dict[str, list[tuple[int, str]]] = {}

    def note(self, number: int, name: str, sound: Sound, ear: Ear) -> None:
        sample = len(self.places)
        self.places.append(number)
        digest = hashlib.blake2b(np.ascontiguousarray(sound.waves).data, digest_size=16)
        self.digests.append(digest.hexdigest())
        seconds = len(sound.waves) / sound.rate
        odd = {
            "cut_short": sound.is_cut,
            "silent": float(np.abs(sound.waves).max()) < _QUIET,
            "other_rate": sound.rate != ear.rate,
            "several_channels": sound.channels > 1,
            "longer": seconds > ear.length / ear.rate * 1.001,
        }
        for kind, is_so in odd.items():
            if is_so:
                self._odd.setdefault(kind, []).append((sample, name))

    def problems(self, ear: Ear) -> tuple[Problem, ...]:
        """Return what was found, each kind once."""
        remedy = _("Fetch them again, or delete them.")
        failed = [
            one
            for kind, names in self.failed.items()
            for one in problem(kind, "warning", _FAILED[kind], remedy, names)
        ]
        for kind, gravity, sentence, remedy in _told(ear):
            odd = self._odd.get(kind, [])
            numbers = [sample for sample, _name in odd]
            names = (name for _sample, name in odd)
            failed += problem(kind, gravity, sentence, remedy, names, samples=numbers)
        return tuple(failed)


def _told(ear: Ear) -> tuple[tuple[str, Gravity, Plural, str], ...]:
    """Return kind, gravity, sentence and remedy of what can be odd about a sound."""
    short = Plural(
        "{count} sound ends before its header says; what is there is used.",
        "{count} sounds end before their header says; what is there is used.",
    )
    silent = Plural("{count} sound is silent.", "{count} sounds are silent.")
    other = Plural(
        "{count} sound has another rate and is brought to {rate} Hz.",
        "{count} sounds have another rate and are brought to {rate} Hz.",
        rate=ear.rate,
    )
    several = Plural(
        "{count} sound has several channels, made one.",
        "{count} sounds have several channels, made one.",
    )
    longer = Plural(
        "{count} sound lasts longer than {seconds} s and is cut there.",
        "{count} sounds last longer than {seconds} s and are cut there.",
        seconds=f"{ear.length / ear.rate:.3g}",
    )
    return (
        ("cut_short", "warning", short, _("Fetch them again.")),
        ("silent", "warning", silent, _("Listen to them.")),
        ("other_rate", "note", other, ""),
        ("several_channels", "note", several, ""),
        ("longer", "note", longer, _("Set a longer length if what follows matters.")),
    )


def _require_room(count: int, ear: Ear) -> None:
    size = 4 * count * ear.sample.size
    if size > MOST_BYTES:
        raise DataError(
            _("{count} sounds of {shape} take {size}; at most {most} are read.").format(
                count=count, shape=ear.sample, size=byte_size(size), most=byte_size(MOST_BYTES)
            ),
            _("Set a shorter length, or take spectrograms."),
        )
