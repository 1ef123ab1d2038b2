"""What is odd about a folder of pictures, each kind told once with the files concerned."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from studio.datasets.faulting import problem
from studio.datasets.listing import Listed
from studio.datasets.pictures.decoding import Decoded, Seen
from studio.datasets.pictures.reading import SUFFIXES
from studio.datasets.problems import Problem
from studio.wording import Plural, _, full, marked

_FAILED = {
    "damaged": (
        Plural(
            "{count} picture is damaged or cut short and is left out.",
            "{count} pictures are damaged or cut short and are left out.",
        ),
        marked("Fetch or save them again, or delete them."),
    ),
    "unreadable": (
        Plural(
            "{count} picture cannot be opened and is left out.",
            "{count} pictures cannot be opened and are left out.",
        ),
        marked("Ask for the permission to read them."),
    ),
    "too_large": (
        Plural(
            "{count} picture is larger than 50 million pixels or 100 MiB and is left out.",
            "{count} pictures are larger than 50 million pixels or 100 MiB and are left out.",
        ),
        marked("Make them smaller."),
    ),
    "not_a_picture": (
        Plural(
            "{count} file begins as a picture but is none, and is left out.",
            "{count} files begin as a picture but are none, and are left out.",
        ),
        marked("Fetch them again, or delete them."),
    ),
}
_CALLED = Plural(
    "{count} file is called like a picture but is none, and is left out.",
    "{count} files are called like pictures but are none, and are left out.",
)
_OTHERS = Plural(
    "{count} file is no picture and is left out.",
    "{count} files are no pictures and are left out.",
)
_ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
}
_FOREIGN = (".heic", ".heif", ".hif", ".avif", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".jxl")
"""Endings of photos that phones and cameras write and that are not read."""
_MODES = {
    "1": marked("black and white"),
    "L": marked("gray"),
    "LA": marked("gray with transparency"),
    "P": marked("colors of a palette"),
    "RGB": marked("color"),
    "RGBA": marked("color with transparency"),
    "CMYK": marked("colors for print"),
    "I;16": marked("gray of 16 bits"),
}
_RARE = 0.05
_SHOWN_SIZES = 5


def not_pictures(others: Sequence[Listed], used: Sequence[str]) -> tuple[Problem, ...]:
    """Return which files are no pictures: those called like pictures and other photos apart."""
    called = [file.name for file in others if file.suffix in SUFFIXES]
    foreign = [file.name for file in others if file.suffix in _FOREIGN]
    known = {*called, *foreign, *used}
    rest = [file.name for file in others if file.name not in known]
    return (
        *problem(
            "not_a_picture",
            "warning",
            _CALLED,
            _("Fetch them again, or delete them."),
            called,
        ),
        *problem(
            "foreign_picture",
            "warning",
            Plural(
                "{count} photo is of a kind that is not read, such as HEIC, and is left out.",
                "{count} photos are of a kind that is not read, such as HEIC, and are left out.",
            ),
            _("Save the pictures as PNG or JPEG files."),
            foreign,
        ),
        *problem(
            "other_files",
            "note",
            _OTHERS,
            "",
            rest,
        ),
    )


def misplaced(outside: Sequence[Listed], apart: Sequence[Listed]) -> tuple[Problem, ...]:
    """Return which pictures have no class by their folder."""
    return (
        *problem(
            "outside_classes",
            "warning",
            Plural(
                "{count} picture lies in no folder of a class and is left out.",
                "{count} pictures lie in no folder of a class and are left out.",
            ),
            _("Move them into the folder of their class."),
            (file.name for file in outside),
        ),
        *problem(
            "outside_parts",
            "note",
            Plural(
                "{count} picture lies neither in train, validation nor test and is left out.",
                "{count} pictures lie neither in train, validation nor test and are left out.",
            ),
            "",
            (file.name for file in apart),
        ),
    )


def failures(names: Sequence[str], decoded: Decoded) -> tuple[Problem, ...]:
    """Return which files gave no picture, by kind."""
    found = defaultdict(list)
    for number, kind, _sentence in decoded.failed:
        found[kind].append(names[number])
    return tuple(
        one
        for kind, some in found.items()
        for one in problem(kind, "warning", _FAILED[kind][0], _(_FAILED[kind][1]), some)
    )


def oddities(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    """Return what is worth knowing of pictures that can be read: `names` and `seen` by sample."""
    blank = [number for number, one in enumerate(seen) if one.blank]
    return (
        *problem(
            "blank",
            "warning",
            Plural(
                "{count} picture has one color all over.",
                "{count} pictures have one color all over.",
            ),
            _("Look at them; they teach nothing."),
            (names[number] for number in blank),
            samples=blank,
        ),
        *_rare_formats(names, seen),
        *_wrong_endings(names, seen),
        *_mixed_sizes(names, seen),
        *_mixed_modes(names, seen),
    )


def _rare_formats(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    counts = Counter(one.format for one in seen).most_common()
    if len(counts) < 2:
        return ()
    usual = counts[0][0]
    rare = [
        number
        for number, one in enumerate(seen)
        if one.format != usual and dict(counts)[one.format] <= max(1, _RARE * len(seen))
    ]
    kinds = ", ".join(sorted({seen[number].format for number in rare}))
    return problem(
        "rare_format",
        "note",
        Plural(
            "Among the {usual} pictures {count} is {kinds}.",
            "Among the {usual} pictures {count} are {kinds}.",
            usual=usual,
            kinds=kinds,
        ),
        _("Look whether they belong there; placeholders often have another format."),
        (names[number] for number in rare),
        samples=rare,
    )


def _wrong_endings(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    known = {ending for endings in _ENDINGS.values() for ending in endings}
    wrong = []
    for number, one in enumerate(seen):
        ending = "." + names[number].rsplit(".", 1)[-1].lower()
        if ending in known and ending not in _ENDINGS.get(one.format, (ending,)):
            wrong.append(number)
    return problem(
        "wrong_ending",
        "note",
        Plural(
            "{count} picture has a name that ends as another format's; it is used.",
            "{count} pictures have a name that ends as another format's; they are used.",
        ),
        "",
        (f"{names[number]} ({seen[number].format})" for number in wrong),
        samples=wrong,
    )


def _mixed_sizes(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    sizes = Counter((one.width, one.height) for one in seen)
    if len(sizes) < 2:
        return ()
    listed = [f"{width} × {height}: {count}" for (width, height), count in sizes.most_common()]
    widths, heights = (sorted(side) for side in zip(*sizes, strict=True))
    sentence = _(
        "The pictures have {count} sizes, from {least} to {most} pixels a side; all are brought "
        "to one."
    ).format(
        count=full(len(sizes)),
        least=min(widths[0], heights[0]),
        most=max(widths[-1], heights[-1]),
    )
    remedy = _("Choose height, width, and whether they are cut, padded or stretched.")
    return problem("mixed_sizes", "note", sentence, remedy, listed)


def _mixed_modes(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    modes = Counter(one.mode for one in seen)
    if len(modes) < 2:
        return ()
    first = {one.mode: names[number] for number, one in reversed(list(enumerate(seen)))}
    listed = [
        f"{_(_MODES.get(mode, mode))}: {count} ({first[mode]})"
        for mode, count in modes.most_common()
    ]
    sentence = _("The pictures come in {count} kinds of color; all are brought to one.").format(
        count=len(modes)
    )
    return problem("mixed_colors", "note", sentence, "", listed)
