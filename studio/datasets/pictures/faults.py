"""What is odd about a folder of pictures, each kind told once with the files concerned."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from studio.datasets.faulting import problem
from studio.datasets.listing import Listed
from studio.datasets.pictures.decoding import Decoded, Seen
from studio.datasets.pictures.reading import SUFFIXES
from studio.datasets.problems import Problem
from studio.wording import _, marked

_FAILED = {
    "damaged": (
        marked("{count} pictures are damaged or cut short and are left out."),
        marked("Fetch or save them again, or delete them."),
    ),
    "unreadable": (
        marked("{count} pictures cannot be opened and are left out."),
        marked("Ask for the permission to read them."),
    ),
    "too_large": (
        marked("{count} pictures are larger than 50 million pixels or 100 MiB and are left out."),
        marked("Make them smaller."),
    ),
    "not_a_picture": (
        marked("{count} files begin as a picture but are none, and are left out."),
        marked("Fetch them again, or delete them."),
    ),
}
_ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
}
_RARE = 0.05
_SHOWN_SIZES = 5


def not_pictures(others: Sequence[Listed], used: str) -> tuple[Problem, ...]:
    """Return which files are no pictures: those called like pictures apart from the others."""
    called = [file.name for file in others if file.suffix in SUFFIXES]
    rest = [file.name for file in others if file.suffix not in SUFFIXES and file.name != used]
    return (
        *problem(
            "not_a_picture",
            "warning",
            _("{count} files are called like pictures but are none, and are left out."),
            _("Fetch them again, or delete them."),
            called,
        ),
        *problem(
            "other_files",
            "note",
            _("{count} files are no pictures and are left out."),
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
            _("{count} pictures lie in no folder of a class and are left out."),
            _("Move them into the folder of their class."),
            (file.name for file in outside),
        ),
        *problem(
            "outside_parts",
            "note",
            _("{count} pictures lie neither in train, validation nor test and are left out."),
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
        for one in problem(kind, "warning", _(_FAILED[kind][0]), _(_FAILED[kind][1]), some)
    )


def oddities(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    """Return what is worth knowing of pictures that can be read: `names` and `seen` by sample."""
    blank = [number for number, one in enumerate(seen) if one.blank]
    return (
        *problem(
            "blank",
            "warning",
            _("{count} pictures have one color all over."),
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
        _("Among the {usual} pictures {count} are {kinds}.")
        .replace("{usual}", usual)
        .replace("{kinds}", kinds),
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
        _("{count} pictures have a name that ends as another format's; they are used."),
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
    )
    lows, highs = min(widths[0], heights[0]), max(widths[-1], heights[-1])
    sentence = sentence.replace("{least}", str(lows)).replace("{most}", str(highs))
    remedy = _("Choose height, width, and whether they are cut, padded or stretched.")
    return problem("mixed_sizes", "note", sentence, remedy, listed)


def _mixed_modes(names: Sequence[str], seen: Sequence[Seen]) -> tuple[Problem, ...]:
    modes = Counter(one.mode for one in seen)
    if len(modes) < 2:
        return ()
    first = {one.mode: names[number] for number, one in reversed(list(enumerate(seen)))}
    listed = [f"{mode}: {count} ({first[mode]})" for mode, count in modes.most_common()]
    sentence = _("The pictures come in {count} kinds of color; all are brought to one.")
    return problem("mixed_colors", "note", sentence, "", listed)
