"""Which orders a run gets from another process, one JSON object each, and how it follows them."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.storage import unwritable
from studio.training.control import Control, Requests
from studio.training.ticks.tick import read_tick, tick_json

FILE = "orders.jsonl"
Order = Mapping[str, Any]


class Reins:
    """Turns what is asked of a control here into orders for a run elsewhere."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._paused = control.is_paused
        self._ending = ""

    def orders(self) -> Iterator[Order]:
        """Yield what was asked since the last call."""
        control = self._control
        if not control.has_news and control.is_paused == self._paused:
            return
        requests = control.take()
        yield from _changes(requests)
        if control.is_paused != self._paused:
            self._paused = not self._paused
            yield {"do": "pause" if self._paused else "resume"}
        if requests.ending != self._ending:
            self._ending = requests.ending
            yield {"do": "stop" if requests.ending == "stopped" else "finish_early"}


def _changes(requests: Requests) -> Iterator[Order]:
    if requests.frozen:
        yield {"do": "freeze", "frozen": dict(requests.frozen)}
    if requests.scale != 1.0:
        yield {"do": "rate", "factor": requests.scale}
    if requests.batch_size is not None:
        yield {"do": "batch_size", "size": requests.batch_size}
    if requests.ticks is not None:
        yield {"do": "ticks", "ticks": [tick_json(tick) for tick in requests.ticks]}


_VERBS: Mapping[str, Callable[[Control, Order], None]] = {
    "pause": lambda control, _order: control.pause(),
    "resume": lambda control, _order: control.resume(),
    "stop": lambda control, _order: control.stop(),
    "finish_early": lambda control, _order: control.finish_early(),
    "freeze": lambda control, order: control.set_frozen(dict(order["frozen"])),
    "rate": lambda control, order: control.scale_rate(float(order["factor"])),
    "batch_size": lambda control, order: control.set_batch_size(int(order["size"])),
    "ticks": lambda control, order: control.set_ticks([read_tick(t) for t in order["ticks"]]),
}


def obey(order: Any, control: Control) -> None:
    """Ask of the run's control what an order says; one that makes no sense is passed over."""
    try:
        _VERBS[order["do"]](control, order)
    except StudioError as error:
        control.refuse(str(error))
    except (LookupError, TypeError, ValueError, AttributeError):
        return


def order_line(order: Order) -> bytes:
    """Return an order as one line of JSON."""
    return json.dumps(order, separators=(",", ":")).encode() + b"\n"


def append_order(run: Path, order: Order) -> None:
    """Give an order to the process that writes a run; raises FileError if that cannot be written.

    A line is written by one call, so that those of two programs do not mix.
    """
    path = run / FILE
    try:
        with path.open("ab", buffering=0) as stream:
            stream.write(order_line(order))
    except OSError as error:
        raise unwritable(path, error) from error


class Lines:
    """The whole lines that were added to a file since one looked last."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset

    def new(self) -> list[bytes]:
        """Return them without their ends; a line that is still being written comes next time."""
        try:
            if self._path.stat().st_size <= self._offset:
                return []
            with self._path.open("rb") as stream:
                stream.seek(self._offset)
                content = stream.read()
        except OSError:
            return []
        end = content.rfind(b"\n") + 1
        self._offset += end
        return content[:end].split(b"\n")[:-1]
