"""Which files of a folder are samples, and of which class and part: by folder or by a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.datasets.arranging import (
    Arrangement,
    Placed,
    are_stores,
    arranged,
    arranged_by_name,
    parts_of,
)
from studio.datasets.faulting import left_out, problem, require_known
from studio.datasets.listing import Listed, Listing
from studio.datasets.named_files import Names
from studio.datasets.naming import order, shown
from studio.datasets.part_lists import with_listed_parts
from studio.datasets.pictures.faults import misplaced
from studio.datasets.pictures.labels import Labels, found_labels
from studio.datasets.problems import Problem
from studio.datasets.tables.numerals import number_in
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import Plural, _, full


@dataclass(frozen=True)
class Chosen:
    """Pictures with their classes, and what was odd about choosing them."""

    placed: tuple[Placed, ...]
    problems: tuple[Problem, ...] = ()
    tables: tuple[str, ...] = ()
    """The tables that name them, if any do."""
    label_name: str = "class"
    captions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sentences on each picture, where a table has those instead of classes."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """A number on each picture, where a table has those instead of classes."""


def chosen(
    listing: Listing,
    pictures: Sequence[Listed],
    others: Sequence[Listed],
    wanted: Mapping[str, str],
    watch: Watch | None = None,
) -> Chosen:
    """Return the pictures that have a class.

    `wanted` has the settings class_folder, labels, file_column and label_column. Folders come
    first; a table is taken where there are none, or where it is asked for; the beginnings of names
    come last. Raises DataError if none of them tells a class.
    """
    if not pictures:
        raise _no_picture(listing)
    by_folder = arranged(pictures, wanted["class_folder"])
    kinds = {one.label for one in by_folder.placed}
    if len(kinds) < 2 or wanted["labels"] or are_stores(kinds):
        table = found_labels(listing.root, others, Names(pictures), wanted, watch)
        if table is not None:
            return _by_table(pictures, table)
        by_name = arranged_by_name(pictures)
        if by_name is not None:
            return _by_name(by_name)
    if not by_folder.placed:
        raise _unlabeled(listing.root, pictures)
    placed = with_listed_parts(listing.root, by_folder.placed, others)
    return Chosen(tuple(placed), misplaced(by_folder.outside, by_folder.apart))


def known_only(found: Chosen, learned: Mapping[str, Any]) -> Chosen:
    """Return the pictures whose classes were learned before, all where nothing was learned."""
    classes = set(learned.get("classes", ())) or {one.label for one in found.placed}
    require_known([one.label for one in found.placed], classes)
    unknown = [one.file.name for one in found.placed if one.label not in classes]
    faults = problem(
        "unknown_class",
        "warning",
        Plural(
            "{count} picture is of a class that was not learned and is left out.",
            "{count} pictures are of classes that were not learned and are left out.",
        ),
        _("Choose a folder with the classes that the network was trained on."),
        unknown,
    )
    placed = tuple(one for one in found.placed if one.label in classes)
    return replace(found, placed=placed, problems=(*found.problems, *faults))


def _by_name(found: Arrangement) -> Chosen:
    names = sorted({one.label for one in found.placed}, key=order)
    said = problem(
        "classes_of_names",
        "note",
        _("The {count} classes are what is before the numbers in the names of the files.").format(
            count=full(len(names))
        ),
        _("If they are none, put each class into a folder of its own."),
        names,
    )
    return Chosen(tuple(found.placed), (*said, *misplaced(found.outside, found.apart)))


def _by_table(pictures: Sequence[Listed], table: Labels) -> Chosen:
    names = Names(pictures)
    labels: dict[Listed, list[str]] = {}
    absent, empty = [], []
    column = _caption_column(table) if table.label_column is None else table.label_column
    for title, line, name, label in table.rows(column):
        file = names.find(name, title)
        place = _("{table}, line {line}: {name}").format(table=title, line=line, name=name)
        if file is None:
            absent.append(place)
        elif not label:
            empty.append(place)
        else:
            labels.setdefault(file, []).append(label)
    files = [file for file in pictures if file in labels]
    parts = parts_of(pictures)
    parts |= {} if any(parts.values()) else table.parts(names)
    faults = _table_faults(table, absent, empty, [file for file in pictures if file not in labels])
    if table.label_column is None:
        captions = {file.name: tuple(labels[file]) for file in files}
        placed = tuple(Placed(file, "", parts[file]) for file in files)
        return Chosen(placed, faults, (table.name,), table.columns[column], captions)
    torn = [file.name for file in files if len(set(labels[file])) > 1]
    faults = (*faults, *_torn(table, torn))
    known = {file: labels[file][0] for file in files if len(set(labels[file])) == 1}
    if not known:
        raise DataError(faults[0].sentence, faults[0].remedy)
    return _answered(table, column, known, parts, faults)


def _answered(
    table: Labels,
    column: int,
    known: Mapping[Listed, str],
    parts: Mapping[Listed, str],
    faults: tuple[Problem, ...],
) -> Chosen:
    """Return the pictures with the class or the number that the table has for each."""
    is_number = table.is_number
    placed = tuple(
        Placed(file, "" if is_number else label, parts[file]) for file, label in known.items()
    )
    numbers = {file.name: number_in(label) for file, label in known.items() if is_number}
    tables = tuple(one.name for one in table.all)
    return Chosen(placed, faults, tables, table.columns[column], numbers=numbers)


def _caption_column(table: Labels) -> int:
    """Return the column with the longest texts; raises DataError if there is none but the files."""
    lengths = {
        column: sum(map(len, table.cells(column)))
        for column in range(len(table.columns))
        if column != table.file_column
    }
    best = max(lengths, key=lambda column: lengths[column])
    if lengths[best] < 8 * len(table.grid):
        raise DataError(
            _("{table} has no column with classes of several pictures each.").format(
                table=shown(table.name)
            ),
            _("Choose the column with the classes."),
        )
    return best


def _empty_cells(table: Labels, names: Sequence[str]) -> tuple[Problem, ...]:
    return problem(
        "missing_label",
        "warning",
        Plural(
            "{count} row of {table} has no class.",
            "{count} rows of {table} have no class.",
            table=table.titles,
        ),
        _("Fill them in; until then the pictures are left out."),
        names,
    )


def _table_faults(
    table: Labels, absent: Sequence[str], empty: Sequence[str], unnamed: Sequence[Listed]
) -> tuple[Problem, ...]:
    return (
        *(fault for one in table.all for fault in one.grid.problems),
        *problem(
            "missing_file",
            "warning",
            Plural(
                "{count} row of {table} names a picture that is not there.",
                "{count} rows of {table} name a picture that is not there.",
                table=table.titles,
            ),
            _("Add the pictures, or remove the rows."),
            absent,
        ),
        *_empty_cells(table, empty),
        *problem(
            "unlabeled",
            "note",
            Plural(
                "{count} picture is in no row of {table} and is left out.",
                "{count} pictures are in no row of {table} and are left out.",
                table=table.titles,
            ),
            _("Add rows for them."),
            (file.name for file in unnamed),
        ),
    )


def _torn(table: Labels, names: Sequence[str]) -> tuple[Problem, ...]:
    return problem(
        "contradiction",
        "warning",
        Plural(
            "{count} picture has rows of different classes in {table} and is left out.",
            "{count} pictures have rows of different classes in {table} and are left out.",
            table=table.titles,
        ),
        _("Decide what they are."),
        names,
    )


def _no_picture(listing: Listing) -> DataError:
    aside = left_out(listing)
    if aside:
        return DataError(
            _("{folder} holds no picture: {reason}").format(
                folder=shown(str(listing.root)), reason=aside[0].sentence
            ),
            aside[0].remedy,
        )
    return DataError(
        _("{folder} holds no picture.").format(folder=shown(str(listing.root))),
        _("Choose a folder with a folder of pictures for each class."),
    )


def _unlabeled(root: Path, pictures: Sequence[Listed]) -> DataError:
    return DataError(
        Plural(
            "{folder} holds {count} picture, but nothing says what it shows.",
            "{folder} holds {count} pictures, but nothing says what they show.",
        ).of(len(pictures), folder=shown(str(root))),
        _(
            "Put each class into a folder of its own, or add a CSV file with file names and "
            "classes."
        ),
    )
