"""What a Python batch of CIFAR holds, read without unpickling.

The published files are pickles of protocol 2 with one dictionary: labels, names, and a numpy array
of bytes. Their instructions are walked through one by one; those that build numbers, strings, lists
and that one array are followed, everything else is refused. No name in them is ever looked up,
nothing is called.
"""

import math
import pickletools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.naming import shown
from studio.datasets.places import require_file, unreadable
from studio.errors import FileError
from studio.wording import _, byte_size

LARGEST = 512 * 2**20
MOST_STEPS = 2_000_000
_ARRAYS = ("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct")
_TYPE = "numpy dtype"
_ENCODE = "_codecs encode"
_NAMES = {*_ARRAYS, _TYPE, _ENCODE, "numpy ndarray"}
_BYTES = {"u1", "uint8", "|u1", "B"}


@dataclass(frozen=True)
class _Name:
    """A name that a pickle mentions; it stays a word."""

    word: str


class _Built:
    """What a pickle says of an array or a type: the state it would be given."""

    def __init__(self, of: str, said: tuple[Any, ...]) -> None:
        self.of, self.said = of, said
        self.state: Any = None


class _RefusedError(Exception):
    """The pickle is not one of the layout."""


def read_batch(path: Path) -> dict[str, Any]:
    """Return the dictionary of a batch: lists of numbers and words, and uint8 arrays.

    Raises FileError for a file that cannot be read or is not of the one layout.
    """
    require_file(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise FileError(
                _("{path} has {size}, but a batch has {most} at most.").format(
                    path=shown(str(path)), size=byte_size(size), most=byte_size(LARGEST)
                )
            )
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pickletools' remarks on odd strings
            return _dictionary(content)
    except _RefusedError as error:
        reason = str(error)
    except (ValueError, LookupError, TypeError, OverflowError, UnicodeError):
        reason = _("it is cut short or damaged")
    raise FileError(
        _("{path} is no CIFAR batch: {reason}.").format(path=shown(str(path)), reason=reason),
        _("Nothing in it was executed; fetch the file anew from its author."),
    )


def _dictionary(content: bytes) -> dict[str, Any]:
    walk = _Walk()
    for number, (code, argument, _place) in enumerate(pickletools.genops(content)):
        if number >= MOST_STEPS:
            raise _RefusedError(_("it has more than {most} steps").format(most=MOST_STEPS))
        walk.step(code.name, argument)
    found = walk.stack[-1] if len(walk.stack) == 1 else None
    if not isinstance(found, dict):
        raise _RefusedError(_("it holds no dictionary"))
    return {_word(key): _value(value) for key, value in found.items()}


def _word(key: Any) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bytes):
        return key.decode("latin-1")
    raise _RefusedError(_("it holds no dictionary of words"))


def _value(value: Any) -> Any:
    if isinstance(value, _Built):
        return _array(value)
    if isinstance(value, list):
        return [one.decode("latin-1") if isinstance(one, bytes) else one for one in value]
    return value


def _array(built: _Built) -> Array:
    """Return the array a pickle describes; it must be one of bytes that fill its axes."""
    if built.of not in _ARRAYS or not isinstance(built.state, tuple) or len(built.state) != 5:
        raise _RefusedError(_("it holds something other than an array"))
    _version, axes, dtype, fortran, content = built.state
    if isinstance(content, str):
        content = content.encode("latin-1")
    if not (isinstance(dtype, _Built) and dtype.of == _TYPE and dtype.said[0] in _BYTES):
        raise _RefusedError(_("its array does not hold bytes"))
    fits = isinstance(axes, tuple) and all(isinstance(one, int) and one >= 0 for one in axes)
    if not fits or not isinstance(content, bytes) or math.prod(axes) != len(content):
        raise _RefusedError(
            _("its array says {axes}, but has {found} bytes").format(
                axes=axes, found=len(content) if isinstance(content, bytes) else 0
            )
        )
    order = "F" if fortran is True else "C"
    return np.frombuffer(content, dtype=np.uint8).reshape(axes, order=order)  # type: ignore[call-overload, no-any-return]


class _Walk:
    """The stack of a pickle, with the few instructions that the layout needs."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self._marks: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Follow one instruction; raises _RefusedError for one that the layout has no use for."""
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _TUPLES:
            count = _TUPLES[name]
            self.stack[-count:] = [tuple(self._last(count))]
        elif name not in _SKIPPED:
            act = _ACTS.get(name)
            if act is None:
                raise _RefusedError(_("it has the instruction {name}").format(name=name))
            act(self, argument)

    def _last(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise _RefusedError(_("it takes more than it has"))
        return self.stack[-count:]

    def mark(self, _argument: Any) -> None:
        self._marks.append(self.stack)
        self.stack = []

    def _since_mark(self) -> list[Any]:
        items, self.stack = self.stack, self._marks.pop()
        return items

    def put(self, argument: Any) -> None:
        self._memo[argument] = self.stack[-1]

    def memoize(self, _argument: Any) -> None:
        self._memo[len(self._memo)] = self.stack[-1]

    def take(self, argument: Any) -> None:
        self.stack.append(self._memo[argument])

    def tuple_(self, _argument: Any) -> None:
        items = self._since_mark()
        self.stack.append(tuple(items))

    def append(self, _argument: Any) -> None:
        item = self.stack.pop()
        self._list().append(item)

    def appends(self, _argument: Any) -> None:
        items = self._since_mark()
        self._list().extend(items)

    def _list(self) -> list[Any]:
        if not isinstance(self.stack[-1], list):
            raise _RefusedError(_("it adds to what is no list"))
        return self.stack[-1]

    def set_item(self, _argument: Any) -> None:
        self._fill(self._last(2), 2)

    def set_items(self, _argument: Any) -> None:
        self._fill(self._since_mark(), 0)

    def _fill(self, items: list[Any], taken: int) -> None:
        del self.stack[len(self.stack) - taken :]
        if not isinstance(self.stack[-1], dict):
            raise _RefusedError(_("it adds to what is no dictionary"))
        for key, value in zip(items[::2], items[1::2], strict=True):
            self.stack[-1][_word(key)] = value

    def name(self, argument: Any) -> None:
        if argument not in _NAMES:
            raise _RefusedError(_("it mentions {name}").format(name=shown(str(argument))[:80]))
        self.stack.append(_Name(argument))

    def stack_name(self, _argument: Any) -> None:
        module, word = self._last(2)
        del self.stack[-2:]
        self.name(f"{module} {word}")

    def describe(self, _argument: Any) -> None:
        """Take a call as a description: of an array, of its type, or of bytes written as text."""
        name, said = self._last(2)
        if not isinstance(name, _Name) or not isinstance(said, tuple) or not said:
            raise _RefusedError(_("it calls what has no name"))
        self.stack[-2:] = [_encoded(said) if name.word == _ENCODE else _Built(name.word, said)]

    def build(self, _argument: Any) -> None:
        built, state = self._last(2)
        if not isinstance(built, _Built):
            raise _RefusedError(_("it gives a state to what is no array"))
        built.state = state
        self.stack.pop()


def _encoded(said: tuple[Any, ...]) -> bytes:
    if len(said) != 2 or said[1] != "latin1" or not isinstance(said[0], str):
        raise _RefusedError(_("it encodes a text in an unknown way"))
    return said[0].encode("latin-1")


_VALUES = frozenset(
    (
        *("SHORT_BINSTRING", "BINSTRING", "SHORT_BINUNICODE", "BINUNICODE"),
        *("SHORT_BINBYTES", "BINBYTES", "BININT", "BININT1", "BININT2"),
    )
)
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_TUPLE": tuple,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_SKIPPED = frozenset(("PROTO", "FRAME", "STOP"))
_ACTS: dict[str, Callable[[_Walk, Any], None]] = {
    "MARK": _Walk.mark,
    "BINPUT": _Walk.put,
    "LONG_BINPUT": _Walk.put,
    "MEMOIZE": _Walk.memoize,
    "BINGET": _Walk.take,
    "LONG_BINGET": _Walk.take,
    "TUPLE": _Walk.tuple_,
    "APPEND": _Walk.append,
    "APPENDS": _Walk.appends,
    "SETITEM": _Walk.set_item,
    "SETITEMS": _Walk.set_items,
    "GLOBAL": _Walk.name,
    "STACK_GLOBAL": _Walk.stack_name,
    "REDUCE": _Walk.describe,
    "BUILD": _Walk.build,
}
