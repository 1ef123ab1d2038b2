"""How a checkpoint is made of what lies in several processes: one writes, all hand in a part."""

from collections.abc import Iterator
from typing import Any

from studio.training.sharing.team import Team

COPIES, DONE = "copies", "done"
"""What the leading process says of itself."""


class Leading:
    """The keeper of the leading process, which says when it makes a copy and when it is done.

    The session says itself that it is about to be copied (see `Together.copying`).
    """

    def __init__(self, team: Team, keeper: Any) -> None:
        self._team, self._keeper = team, keeper

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

    def __init__(self, team: Team, keeper: Any) -> None:
        self._team, self._keeper = team, keeper

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keeper, name)

    def follow(self, session: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        while not self._team.is_broken and self._team.told() == COPIES:
            session.captured({})
        yield from ()

    def keep(self, session: Any, *_order: Any, **_options: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        return self.follow(session)

    def keep_as(self, _name: str, session: Any) -> Iterator[Any]:
        """Help until the leading process is done."""
        return self.follow(session)
