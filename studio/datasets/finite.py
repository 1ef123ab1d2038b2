"""Which cell of a table is not a finite number."""

from collections.abc import Sequence

import numpy as np

from studio.datasets.dataset import Array
from studio.errors import DataError
from studio.wording import _


def require_finite(table: Array, columns: Sequence[str], first_row: int = 1) -> None:
    """Do nothing if every cell of [rows, columns] is a finite number.

    Raises DataError naming the row, counted from `first_row`, and the column of the first that is
    not, and how many there are.
    """
    broken = ~np.isfinite(table.astype(np.float64, copy=False))
    if not broken.any():
        return
    row, column = (int(place) for place in np.argwhere(broken)[0])
    raise DataError(
        _("Row {row}, column “{column}” holds {value} instead of a number.").format(
            row=row + first_row, column=columns[column], value=table[row, column]
        ),
        _("{count} cells are like that; fill them in or remove their rows.").format(
            count=int(broken.sum())
        )
        if broken.sum() > 1
        else _("Fill it in or remove the row."),
    )
