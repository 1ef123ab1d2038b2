"""What is wrong or worth knowing in the columns of a table, before anything is learned."""

from collections.abc import Iterator

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.problems import Gravity, Problem
from studio.datasets.tables.dates import is_ambiguous
from studio.datasets.tables.kinds import INPUTS, Kind
from studio.datasets.tables.sheet import Sheet
from studio.wording import Plural, _, full, in_percent, marked

_TOLD: dict[str, tuple[str, str, str]] = {
    "identifier": (
        "identifier",
        marked("“{column}” differs in every row, as a name or a number of a row does."),
        marked("It is left out: a network could only learn it by heart."),
    ),
    "text": (
        "text_column",
        marked("“{column}” holds texts, nearly every one a different one."),
        marked("Only the words that many rows have become inputs; a source of texts reads all."),
    ),
    "constant": (
        "constant_column",
        marked("“{column}” says the same in every row."),
        marked("It is left out: nothing can be learned from it."),
    ),
    "part": (
        "part_column",
        marked("“{column}” says which rows train, validate and test."),
        marked("It is followed; to have the parts drawn, call the column left out."),
    ),
    "empty": (
        "constant_column",
        marked("“{column}” is empty in every row."),
        marked("It is left out."),
    ),
}
_ODD_NUMBERS = {
    "type_change": (
        Plural(
            "“{column}” holds numbers, but something else in {count} row: {value}.",
            "“{column}” holds numbers, but something else in {count} rows: {value}.",
        ),
        marked("It counts as missing there; or call the column a category."),
    ),
    "not_finite": (
        Plural(
            "“{column}” is infinite or too large in {count} row: {value}.",
            "“{column}” is infinite or too large in {count} rows: {value}.",
        ),
        marked("It counts as missing there; correct the value."),
    ),
    "mixed_decimals": (
        Plural(
            "“{column}” has decimal points and decimal commas; {count} row differs: {value}.",
            "“{column}” has decimal points and decimal commas; {count} rows differ: {value}.",
        ),
        marked("Both are read as decimal marks; write one of them throughout."),
    ),
}


def remarks_on(sheet: Sheet) -> Iterator[Problem]:
    """Yield what is to be said of every column."""
    for kind in sheet.kinds.values():
        yield from _told(kind)
        if kind.kind in INPUTS:
            yield from _missing(sheet, kind)
        if kind.kind == "number":
            yield from _of_numbers(sheet, kind)
        if kind.kind == "date" and is_ambiguous(sheet.grid.column(kind.name).tolist(), kind.form):
            yield _ambiguous(kind)
        if kind.has_codes:
            yield _codes(kind)


def rows_problem(
    sheet: Sheet, rows: Array, kind: str, gravity: Gravity, said: tuple[str, str]
) -> Problem:
    """Return a problem of some rows of the sheet; `said` is sentence and remedy, translated."""
    return Problem(kind, gravity, *said, places=sheet.named(rows), count=len(rows))


def _told(kind: Kind) -> Iterator[Problem]:
    if kind.kind in _TOLD:
        word, sentence, remedy = _TOLD[kind.kind]
        said = _(sentence).format(column=kind.name)
        yield Problem(word, "note", said, _(remedy), places=(kind.name,))


def _missing(sheet: Sheet, kind: Kind) -> Iterator[Problem]:
    rows = np.flatnonzero(kind.numbers.is_missing if kind.numbers else sheet.empty(kind))
    if not len(rows):
        return
    many = len(rows) > 0.5 * len(sheet)
    sentence = _("“{column}” is missing in {count} of {all} rows ({share}).").format(
        column=kind.name,
        count=full(len(rows)),
        all=full(len(sheet)),
        share=in_percent(len(rows) / len(sheet), 1),
    )
    if kind.kind == "category":
        remedy = _("What is missing counts as a category of its own.")
    elif kind.kind == "text":
        remedy = _("Such rows have none of its words.")
    else:
        remedy = _("The median of the training part stands in; or leave such rows out.")
    found = rows_problem(sheet, rows, "missing", "warning" if many else "note", (sentence, remedy))
    yield found


def _of_numbers(sheet: Sheet, kind: Kind) -> Iterator[Problem]:
    numbers = kind.numbers
    assert numbers is not None
    odd = {
        "type_change": np.flatnonzero(numbers.is_bad),
        "not_finite": np.flatnonzero(numbers.is_endless),
        "mixed_decimals": numbers.mixed,
    }
    for word, rows in odd.items():
        if len(rows):
            sentence, remedy = _ODD_NUMBERS[word]
            value = str(sheet.grid.column(kind.name)[rows[0]])[:40]
            text = sentence.of(len(rows), column=kind.name, value=f"“{value}”")
            yield rows_problem(sheet, rows, word, "warning", (text, _(remedy)))


def _ambiguous(kind: Kind) -> Problem:
    return Problem(
        "ambiguous_date",
        "note",
        _("In “{column}”, day and month could be the other way round.").format(column=kind.name),
        _("They are read as {form}; write dates as 2024-01-31.").format(form=kind.form),
        places=(kind.name,),
    )


def _codes(kind: Kind) -> Problem:
    return Problem(
        "leading_zeros",
        "note",
        _("“{column}” holds whole numbers that begin with a zero.").format(column=kind.name),
        _("They are taken for names, as postal codes are; or call the column a number."),
        places=(kind.name,),
        change={"columns": {kind.name: "number"}},
    )
