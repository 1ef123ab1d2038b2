"""How a checkpoint is made of what lies in several processes: one writes, all hand in a part.

When and what is written the leading process decides; the others wait at the same place between two
steps, do what they are told, always on the thread that trains, and keep nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any

from studio.training.sharing.alone import COPIES, LOOKS
from studio.training.sharing.team import Team

DONE = "done"
"""What the leading process says when nothing more is to be done for now."""


class Leading:
    """The keeper of the leading process, which says what all do and when it is done.

    The session says itself what it is about to do (see `Together.helped`).
    """

    def __init__(self, team: Team, keeper: Any, *, shards: bool) -> None:
        self._team, self._keeper, self._shards = team, keeper, shards

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keeper, name)

    def follow(self, session: Any) -> Iterator[Any]:
        """Write what is due in the middle of an epoch."""
        return self._done(self._keeper.follow(session))

    def keep(self, session: Any, *order: Any, **options: Any) -> Iterator[Any]:
        """Write what is due at the end of an epoch."""
        return self._done(self._keeper.keep(session, *order, **options))

    def keep_as(self, name: str, session: Any) -> Iterator[Any]:
        """Write a checkpoint of its own."""
        return self._done(self._keeper.keep_as(name, session))

    def _done(self, events: Iterator[Any]) -> Iterator[Any]:
        if self._team.is_broken and self._shards:
            return  # what other processes held is lost
        self._team.is_shelving = True
        try:
            found = list(events)
        finally:
            self._team.is_shelving = False
        if not self._team.is_broken:
            self._team.told(DONE)
        yield from found


class Following:
    """The keeper of another process: it hands in its part of every copy and writes nothing."""

    def __init__(self, team: Team, keeper: Any, *, shards: bool) -> None:
        del shards
        self._team, self._keeper = team, keeper

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keeper, name)

    def follow(self, session: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        work: dict[str, Callable[[], Any]] = {COPIES: session.hand_in, LOOKS: session.sickness}
        while not self._team.is_broken and (said := self._team.told()) in work:
            work[said]()
        yield from ()

    def keep(self, session: Any, *_order: Any, **_options: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        return self.follow(session)

    def keep_as(self, _name: str, session: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        return self.follow(session)
