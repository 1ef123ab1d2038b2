"""Problems that folders of any kind of files can have, told with the names of the files."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from studio.datasets.listing import Listed, Listing
from studio.datasets.naming import alike, shown
from studio.datasets.origins import as_told
from studio.datasets.problems import MOST_NAMED, Gravity, Problem
from studio.errors import DataError
from studio.wording import Plural, _, full, marked

_FEW = 10
"""Classes that a sentence names."""
GRAVITIES: tuple[Gravity, ...] = ("error", "warning", "note")
_LEFT_OUT = {
    "dangling_link": Plural(
        "{count} link leads to nothing and is left out.",
        "{count} links lead to nothing and are left out.",
    ),
    "outside_link": Plural(
        "{count} link leads out of the folder or to a folder and is left out.",
        "{count} links lead out of the folder or to folders and are left out.",
    ),
    "special_file": Plural(
        "{count} pipe, socket or device is left out.",
        "{count} pipes, sockets or devices are left out.",
    ),
    "no_permission": Plural(
        "{count} file or folder may not be read and is left out.",
        "{count} files or folders may not be read and are left out.",
    ),
    "too_deep": Plural(
        "{count} folder lies too deep and is left out.",
        "{count} folders lie too deep and are left out.",
    ),
}
_SINGLE = Plural(
    "{count} class has one sample only, so it cannot be both learned and judged.",
    "{count} classes have one sample only, so it cannot be both learned and judged.",
)
_REMEDIES = {
    "dangling_link": marked("Remove the links, or bring back what they lead to."),
    "outside_link": marked("Copy what they lead to into the folder."),
    "special_file": marked("Remove them."),
    "no_permission": marked("Ask for the permission to read them."),
    "too_deep": marked("Choose a folder further down."),
}


def problem(
    kind: str,
    gravity: Gravity,
    sentence: Plural | str,
    remedy: str,
    names: Iterable[str],
    *,
    samples: Sequence[int] = (),
    change: Mapping[str, Any] | None = None,
) -> tuple[Problem, ...]:
    """Return one problem with the places it was found at, none where there are no places.

    Sentence and remedy are translated already; the sentence is told the number of places.
    """
    places = tuple(names)
    if not places:
        return ()
    number = len(places)
    told = sentence.of(number) if isinstance(sentence, Plural) else sentence
    told = told.replace("{count}", str(number))
    some = tuple(as_told(shown(name)) for name in places[:MOST_NAMED])
    return (Problem(kind, gravity, told, remedy, some, number, tuple(samples), dict(change or {})),)


def left_out(listing: Listing) -> tuple[Problem, ...]:
    """Return what of a folder was not looked at, by reason."""
    names = defaultdict(list)
    for why, name in listing.left_out:
        names[why].append(name)
    return tuple(
        one
        for why, some in names.items()
        for one in problem(why, "warning", _LEFT_OUT[why], _(_REMEDIES[why]), some)
    )


def empty_folders(listing: Listing, used: Iterable[Listed]) -> tuple[Problem, ...]:
    """Return which folders hold none of the files that are samples."""
    inhabited = {folder for file in used for folder in _above(file.name)}
    return problem(
        "empty_class",
        "warning",
        Plural(
            "{count} folder holds no sample; it is no class.",
            "{count} folders hold no sample; they are no classes.",
        ),
        _("Fill or remove them."),
        (folder for folder in listing.folders if folder not in inhabited),
    )


def class_problems(counts: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return what is odd about classes with these numbers of samples: too few, or names alike."""
    twins = defaultdict(list)
    for name in counts:
        twins[alike(name)].append(name)
    similar = [name for some in twins.values() if len(some) > 1 for name in some]
    return (
        *problem(
            "names_alike",
            "warning",
            _("{count} classes have names that look the same as another's.").format(
                count=full(len(similar))
            ),
            _("Give the folders different names, or put the files together."),
            similar,
        ),
        *problem(
            "few_samples",
            "warning",
            _SINGLE,
            _("Add samples, or remove the classes."),
            (name for name, count in counts.items() if count == 1),
        ),
        *problem(
            "one_class",
            "error",
            _("All samples are of one class, so that there is nothing to tell apart."),
            _("Choose data with two classes or more."),
            counts if len(counts) == 1 else (),
        ),
    )


def missing_in_parts(
    classes: Sequence[str], present: Mapping[str, Iterable[str]]
) -> tuple[Problem, ...]:
    """Return which classes have no sample in which part; `present` lists those of each part."""
    missing = [
        f"{part}: {name}"
        for part, names in present.items()
        for there in (set(names),)
        for name in classes
        if name not in there
    ]
    return problem(
        "class_missing_in_part",
        "warning",
        Plural(
            "{count} class has no sample in one of the parts.",
            "{count} times a class has no sample in a part.",
        ),
        _("Add samples there; metrics of such a class cannot be told."),
        missing,
    )


def require_known(labels: Sequence[str], classes: Collection[str]) -> None:
    """Raise DataError if none of the samples, by their labels, is of a class of a run."""
    if labels and not set(labels) & set(classes):
        raise DataError(
            _("None of the samples is of a class that was learned: {classes}.").format(
                classes=", ".join(map(shown, sorted(classes)[:_FEW]))
            ),
            _("Choose a folder with the classes that the network was trained on."),
        )


def graver_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems sorted, errors first."""
    return tuple(sorted(problems, key=lambda one: GRAVITIES.index(one.gravity)))


def _above(name: str) -> Iterable[str]:
    folders = name.split("/")[:-1]
    return ("/".join(folders[: depth + 1]) for depth in range(len(folders)))
