"""Where each card goes: lanes beside the main chain, and long networks wrapped into columns."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from studio.graph.layout.strands import Skeleton, Strand, branches, main_chain
from studio.graph.model import Graph

CARD = (208.0, 82.0)
"""Width and height of a card on the canvas."""

_FEWEST_ROWS = 4
_WIRE_LANE = 28.0
_GROWTH = 1.4
_FAR = 2.0
"""Columns so many times too low for the window need not be tried."""
_MOST_CROSSED = (
    2  # wires from more sources than this are unreadable when they climb to a new column
)

Size = tuple[float, float]
Places = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Gaps:
    """How far things stand apart: rows, lanes within a column, columns."""

    row: float = 40.0
    lane: float = 40.0
    column: float = 72.0


def layout(
    graph: Graph,
    sizes: Mapping[str, Size] | None = None,
    gaps: Gaps = Gaps(),
    aspect: float = 1.6,
) -> Places:
    """Return the top left corner of each card, from (0, 0) to the right and downwards.

    Columns are as high as suits a window that is `aspect` times wider than high.
    """
    sized = {name: CARD if sizes is None else sizes.get(name, CARD) for name in graph}
    skeleton = Skeleton(graph)
    parts = skeleton.components()
    loose = [part[0] for part in parts if len(part) == 1]
    sheets = [_Sheet(skeleton, part, sized, gaps) for part in parts if len(part) > 1]
    places: Places = {}
    left = 0.0
    for found in [*(_wrapped(sheet, aspect) for sheet in sheets), _grid(loose, sized, gaps)]:
        places.update({name: (x + left, y) for name, (x, y) in found.items()})
        left += _width(found, sized) + gaps.column if found else 0.0
    return {name: places[name] for name in graph}


class _Sheet:
    """One connected part of a graph with its lanes, ready to be cut into columns."""

    def __init__(
        self, skeleton: Skeleton, part: Sequence[str], sizes: Mapping[str, Size], gaps: Gaps
    ) -> None:
        chain = main_chain(skeleton, part)
        strands = branches(skeleton, part, chain)
        self.sizes, self.gaps, self.rank = sizes, gaps, skeleton.rank
        self.rows = 1 + max(self.rank[name] for name in part)
        self.lane = dict.fromkeys(chain, 0)
        self.wires: list[tuple[int, Strand]] = []
        for lane, strand in _lanes(strands):
            self.lane.update(dict.fromkeys(strand.nodes, lane))
            self.wires.append((lane, strand))
        self.by_row: list[list[str]] = [[] for _row in range(self.rows)]
        for name in part:
            self.by_row[self.rank[name]].append(name)
        self.crossed = self._crossings(skeleton, part)

    def _crossings(self, skeleton: Skeleton, part: Sequence[str]) -> list[int]:
        """Return for each row how many sources send wires across its upper edge."""
        steps = [0] * (self.rows + 1)
        for name in part:
            ends = [self.rank[one] for one in skeleton.consumers[name]]
            if ends:
                steps[self.rank[name] + 1] += 1
                steps[max(ends) + 1] -= 1
        return list(accumulate(steps))

    def cuts(self, rows: int) -> list[int]:
        """Return the rows at which columns of at most `rows` start, where few wires cross."""
        starts = [0]
        while self.rows - starts[-1] > rows:
            start = starts[-1]
            near = range(start + math.ceil(rows * 0.6), start + rows + 1)
            best = min(near, key=lambda row: (self.crossed[row], -row))
            far = (row for row in range(best, self.rows) if self.crossed[row] <= _MOST_CROSSED)
            starts.append(next(far, self.rows))
        return starts if starts[-1] == self.rows else [*starts, self.rows]

    def placed(self, rows: int) -> Places:
        """Return the corners of the cards in columns of at most `rows` rows."""
        places: Places = {}
        left = 0.0
        cuts = self.cuts(rows)
        for (start, end), passing in zip(pairwise(cuts), self._passing(cuts), strict=True):
            rooms = self._lane_rooms(start, end, passing)
            y = 0.0
            for names in self.by_row[start:end]:
                for name in names:
                    edge, width = rooms[self.lane[name]]
                    places[name] = (left + edge + (width - self.sizes[name][0]) / 2, y)
                y += max((self.sizes[name][1] for name in names), default=0.0) + self.gaps.row
            left += max(edge + width for edge, width in rooms.values()) + self.gaps.column
        return places

    def _passing(self, cuts: Sequence[int]) -> list[set[int]]:
        """Return for each column the lanes in which something passes or stands."""
        found: list[set[int]] = [set() for _column in cuts[1:]]
        for lane, strand in self.wires:
            first = bisect_right(cuts, strand.first) - 1
            last = min(bisect_right(cuts, strand.last), len(found))
            for column in range(max(first, 0), last):
                found[column].add(lane)
        return found

    def _lane_rooms(
        self, start: int, end: int, passing: Iterable[int]
    ) -> dict[int, tuple[float, float]]:
        """Return the left edge and the width of each lane of a column."""
        widths: dict[int, float] = dict.fromkeys(passing, _WIRE_LANE)
        for names in self.by_row[start:end]:
            for name in names:
                lane = self.lane[name]
                widths[lane] = max(widths.get(lane, 0.0), self.sizes[name][0])
        rooms: dict[int, tuple[float, float]] = {}
        x = 0.0
        for lane in sorted(widths):
            rooms[lane] = (x, widths[lane])
            x += widths[lane] + (self.gaps.lane if widths[lane] > _WIRE_LANE else 0.0)
        return rooms


def _lanes(strands: Iterable[Strand]) -> list[tuple[int, Strand]]:
    """Return each strand with its lane: the shortest nearest the chain, so that loops nest."""
    filled: list[int] = []
    found = []
    for strand in sorted(strands, key=lambda one: (one.last - one.first, one.first)):
        mask = ((1 << (strand.last - strand.first + 1)) - 1) << strand.first
        lane = next((index for index, rows in enumerate(filled) if not rows & mask), len(filled))
        if lane == len(filled):
            filled.append(0)
        filled[lane] |= mask
        found.append((lane + 1, strand))
    return found


def _wrapped(sheet: _Sheet, aspect: float) -> Places:
    """Return the columns that a window `aspect` times wider than high can show largest.

    Heights grow in steps, so that edits move little; the columns are about equally high.
    """
    rows, best, smallest = _first_rows(sheet, aspect), {}, math.inf
    while True:
        columns = math.ceil(sheet.rows / rows)
        for height in (rows, math.ceil(sheet.rows / columns)):
            places = sheet.placed(height)
            size = _size(places, sheet, aspect)
            if size <= smallest:
                best, smallest = places, size
        if rows >= sheet.rows or _width(best, sheet.sizes) <= aspect * _height(best, sheet.sizes):
            return best
        rows = math.ceil(rows * _GROWTH)


def _first_rows(sheet: _Sheet, aspect: float) -> int:
    """Return the height to begin with: lower columns would be far too wide for the window."""
    wide = min(width for width, _high in sheet.sizes.values()) + sheet.gaps.column
    high = max(high for _width, high in sheet.sizes.values()) + sheet.gaps.row
    rows = _FEWEST_ROWS
    while True:
        further = math.ceil(rows * _GROWTH)
        if sheet.rows / further * wide < _FAR * aspect * further * high:
            return rows
        rows = further


def _size(places: Places, sheet: _Sheet, aspect: float) -> float:
    """Return how high a window of that aspect must be to show all."""
    return max(_width(places, sheet.sizes) / aspect, _height(places, sheet.sizes))


def _grid(names: Sequence[str], sizes: Mapping[str, Size], gaps: Gaps) -> Places:
    """Return the places of cards without wires, in columns."""
    if not names:
        return {}
    rows = max(_FEWEST_ROWS, math.ceil(math.sqrt(len(names))))
    width = max(sizes[name][0] for name in names) + gaps.lane
    height = max(sizes[name][1] for name in names) + gaps.row
    return {
        name: (index // rows * width, index % rows * height) for index, name in enumerate(names)
    }


def _width(places: Places, sizes: Mapping[str, Size]) -> float:
    return max((x + sizes[name][0] for name, (x, _y) in places.items()), default=0.0)


def _height(places: Places, sizes: Mapping[str, Size]) -> float:
    return max((y + sizes[name][1] for name, (_x, y) in places.items()), default=0.0)
