"""What changes between two steps: ticks that come, conditions that come true, requests by hand."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

from studio.errors import TrainingError
from studio.graph.model import Frozen
from studio.training.control import Control, Ending, Requests
from studio.training.course.by_hand import by_hand
from studio.training.course.fired import Fired, Record
from studio.training.course.watching import watched
from studio.training.events import (
    Event,
    FreezeChanged,
    LengthChanged,
    Metrics,
    RateChanged,
    Trouble,
)
from studio.training.keeping import Keeper
from studio.training.scales import Scales
from studio.training.session import Session
from studio.training.ticks.actions import Rate, Save, Stop
from studio.wording import _


class Steering:
    """Lets a session follow its ticks and those who steer it, always between two steps."""

    def __init__(self, session: Session, control: Control, keeper: Keeper, scales: Scales) -> None:
        self._session, self._control = session, control
        self._keeper, self._scales = keeper, scales
        self.next_change = session.place.step
        """The step before which the next tick comes."""
        self._total = session.total

    def told(self) -> Iterator[Event]:
        """Yield what holds at the start, where something is frozen or a tick came just here."""
        session = self._session
        for fired in session.course.record.fired:
            if fired.step == session.place.step:  # cut from the log as the run went on
                yield fired.event
        if session.freezing.marks or session.course.stretch(-1).marks:
            yield self._freeze_changed()

    def arrive(self, met: Sequence[Fired] = ()) -> Generator[Event, None, Ending]:
        """Let the ticks of this step come, conditions `met` too; return how they end the run."""
        session, step = self._session, self._session.place.step
        due = session.course.due(step, met)
        yield from self._noted(due)
        yield from self._followed()
        for action in (action for fired in due for action in fired.tick.actions):
            if isinstance(action, Save):
                yield from self._saved(action.name)
        stops = any(isinstance(action, Stop) for fired in due for action in fired.tick.actions)
        return "finished early" if stops else ""

    def judged(
        self, metrics: Mapping[str, Metrics], *, last: bool
    ) -> Generator[Event, None, Ending]:
        """Let conditions come true after an epoch; after the `last` one they are only noted."""
        course, step = self._session.course, self._session.place.step
        record, met = watched(course.record, course.plan.ticks, step, metrics)
        if record != course.record:
            self._session.course = course.recorded(record)
        came = yield from self._possible(met)
        if not came:
            return ""
        if last:
            yield from self._noted(came)
            return ""
        return (yield from self.arrive(came))

    def _possible(self, met: Iterable[Fired]) -> Generator[Event, None, tuple[Fired, ...]]:
        """Return the ticks after which the run can go on, and tell of others, which never come."""
        session, course = self._session, self._session.course
        came: tuple[Fired, ...] = ()
        for fired in met:
            record = Record((*course.record.fired, *came, fired), course.record.memories)
            try:
                session.require(course.recorded(record))
            except TrainingError as error:
                sentence = _("The tick “{tick}” was left out. {reason}").format(
                    tick=fired.tick.title, reason=error
                )
                yield Trouble(session.place.step, sentence, about="tick")
            else:
                came = (*came, fired)
        return came

    def obey(self, requests: Requests) -> Iterator[Event]:
        """Follow what was asked by hand; what cannot be leaves everything as it was.

        The design may have layers by now that this network has not; those are passed over.
        """
        if requests.scale != 1.0:
            yield from self._by_hand({}, requests.scale)
            yield RateChanged(self._session.place.step, self._session.course.scale)
        if not requests.frozen and requests.ticks is None and requests.batch_size is None:
            return
        try:
            if requests.ticks is not None:
                self._session.replan(requests.ticks)
                yield from self._length_changed()
                # what comes at this very step comes before it is made
                self.next_change = self._session.place.step
            if requests.batch_size not in {None, self._session.staged.batch_size}:
                yield from self._by_hand({}, batch_size=requests.batch_size)
            if requests.frozen:
                knows = self._session.freezing.knows
                known = {path: mark for path, mark in requests.frozen.items() if knows(path)}
                yield from self._by_hand(known)
        except TrainingError as error:
            self._control.refuse(str(error))
            return
        self._control.refuse("")

    def go_back(self, came: Sequence[Fired]) -> Iterator[Event]:
        """Go on from where the run was put back to, with what came since and still holds."""
        yield from self.told()
        yield from self._noted(came)
        if any(isinstance(action, Rate) for fired in came for action in fired.tick.actions):
            yield RateChanged(self._session.place.step, self._session.course.scale)
        yield from self._followed()
        self.next_change = self._session.place.step

    def _by_hand(
        self, frozen: Mapping[str, Frozen], scale: float = 1.0, batch_size: int | None = None
    ) -> Iterator[Event]:
        marks = self._session.freezing.marks
        changed = {path: mark for path, mark in frozen.items() if marks.get(path, False) != mark}
        if changed or scale != 1.0 or batch_size is not None:
            step = self._session.place.step
            yield from self._noted([by_hand(step, changed, scale, batch_size)])
            yield from self._followed()
            # another batch size may move ticks onto this very step
            self.next_change = step

    def _noted(self, came: Iterable[Fired]) -> Iterator[Event]:
        """Remember that these ticks came; raises TrainingError if nothing would learn then."""
        came = tuple(came)
        if not came:
            return
        course = self._session.course
        record = Record((*course.record.fired, *came), course.record.memories)
        self._session.take(course.recorded(record))
        for fired in came:
            yield fired.event
        yield from self._length_changed()

    def _length_changed(self) -> Iterator[LengthChanged]:
        """Say how many steps the run has, if that are others than were told."""
        total = self._session.total
        if total != self._total:
            self._total = total
            yield LengthChanged(self._session.place.step, total)

    def _followed(self) -> Iterator[Event]:
        session, step = self._session, self._session.place.step
        self.next_change = session.course.next_change(step)
        if session.follow(step):
            self._scales.again()
            yield self._freeze_changed()

    def _freeze_changed(self) -> FreezeChanged:
        freezing = self._session.freezing
        return FreezeChanged(self._session.place.step, freezing.frozen(), freezing.trainable)

    def _saved(self, name: str) -> Iterator[Event]:
        yield from self._keeper.keep_as(name, self._session)
