"""What a power cut may leave of a trace of changes: every state that the system allows.

A name is durable once its folder was synced after it was made, renamed or removed, and content once
its file was synced; everything else may be there or not, in any combination, and unsynced content
may be there in part or as zeros. See "All File Systems Are Not Created Equal", Pillai et al. 2014.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from tests.reliability.faulty_disk import Call, Disk

NAMES = frozenset({"make", "rename", "unlink", "mkdir", "rmdir"})


@dataclass(frozen=True)
class State:
    """What is on the disk after the power is back."""

    files: Mapping[str, bytes]
    folders: frozenset[str]
    said: Any
    """What the program had reported as saved by then, None for nothing."""
    calls: int
    """After how many calls the power was cut."""

    @property
    def key(self) -> object:
        """Equal for states that cannot be told apart."""
        return frozenset(self.files.items()), self.folders, self.said

    def lay_out(self, folder: Path) -> None:
        """Make the files in a folder that is empty."""
        for name in sorted(self.folders):
            (folder / name).mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


@dataclass
class _Content:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        for call in self.pending:
            _apply(self.durable, call)
        self.pending.clear()

    def variants(self, tears: int) -> Sequence[bytes]:
        """Return what may be there: nothing new, all of it, parts, zeros, all but the first."""
        if not self.pending:
            return (bytes(self.durable),)
        zeros = [_zeros(call) for call in self.pending]
        hole = [_zeros(self.pending[0]), *self.pending[1:]]
        *whole, last = self.pending
        cuts = (len(last.content) * part // (tears + 1) for part in range(1, tears + 1))
        torn = ([*whole, _torn(last, cut)] for cut in cuts)
        ways = ([], self.pending, zeros, hole, *torn)
        return tuple(dict.fromkeys(self._with(way) for way in ways))

    def _with(self, calls: Sequence[Call]) -> bytes:
        found = bytearray(self.durable)
        for call in calls:
            _apply(found, call)
        return bytes(found)


def states(disk: Disk, most: int, seed: int = 0) -> Iterator[State]:
    """Yield the states, each once.

    For each moment at which the power is cut, names are lost by chance in up to `most` ways, and
    what was being written is torn in as many places.
    """
    chance, seen = random.Random(seed), set()
    contents = {disk.files_at_first[n]: _Content(bytearray(c)) for n, c in disk.before.items()}
    names: list[Call] = []
    said: Any = None
    for number, call in enumerate((*disk.trace, None)):
        for state in _moment(disk, contents, names, most, chance):
            found = State(*state, said, number)
            if hash(found.key) not in seen:
                seen.add(hash(found.key))
                yield found
        if call is not None:
            said = call.said if call.does == "said" else said
            names = _follow(call, contents, names)


def _follow(call: Call, contents: dict[int, _Content], names: list[Call]) -> list[Call]:
    """Take one more call into account; return the changes of names, the durable ones marked."""
    if call.does in NAMES:
        if call.does == "make":
            contents.setdefault(call.file, _Content())
        return [*names, call]
    if call.does in {"write", "cut"}:
        contents[call.file].pending.append(call)
    elif call.does == "sync":
        contents[call.file].sync()
    elif call.does == "sync folder":
        return [_durable(one) if _folder(one) == _plain(call.path) else one for one in names]
    return names


def _moment(
    disk: Disk, contents: dict[int, _Content], names: list[Call], most: int, chance: random.Random
) -> Iterator[tuple[dict[str, bytes], frozenset[str]]]:
    pending = [place for place, call in enumerate(names) if call.said != "durable"]
    for lost in _subsets(pending, most, chance):
        files, folders = dict(disk.files_at_first), set(disk.folders)
        for place, call in enumerate(names):
            if place not in lost:
                _rename(call, files, folders)
        files = {n: file for n, file in files.items() if _lies(n, folders)}
        folders = {name for name in folders if _lies(name, folders)}
        ways = [contents[file].variants(most) for file in files.values()]
        for some in itertools.islice(itertools.product(*ways), 2 * most + 5):
            yield dict(zip(files, some, strict=True)), frozenset(folders)


def _subsets(items: list[int], most: int, chance: random.Random) -> Iterator[frozenset[int]]:
    """Yield what may be lost: nothing, everything, each alone, all but each, and some more."""
    everything = frozenset(items)
    yield frozenset()
    yield everything
    for item in items:
        yield frozenset({item})
        yield everything - {item}
    for _more in range(most if len(items) > 2 else 0):
        yield frozenset(item for item in items if chance.random() < 0.5)


def _rename(call: Call, files: dict[str, int], folders: set[str]) -> None:
    if call.does == "mkdir":
        folders.add(call.path)
    elif call.does == "rmdir":
        folders.discard(call.path)
    elif call.does == "make":
        files[call.path] = call.file
    else:
        files.pop(call.path, None)
        if call.does == "rename":
            files[call.to] = call.file


def _durable(call: Call) -> Call:
    return Call(call.does, call.path, call.to, call.file, said="durable")


def _folder(call: Call) -> str:
    return _plain(str(PurePath(call.path).parent))


def _plain(name: str) -> str:
    return "" if name == "." else name


def _lies(name: str, folders: set[str]) -> bool:
    return all(_plain(str(parent)) in {"", *folders} for parent in PurePath(name).parents)


def _apply(content: bytearray, call: Call) -> None:
    if call.does == "cut":
        content.clear()
        return
    if len(content) < call.offset:
        content.extend(bytes(call.offset - len(content)))
    content[call.offset : call.offset + len(call.content)] = call.content


def _torn(call: Call, length: int) -> Call:
    return Call(call.does, offset=call.offset, content=call.content[:length])


def _zeros(call: Call) -> Call:
    return Call(call.does, offset=call.offset, content=bytes(len(call.content)))
