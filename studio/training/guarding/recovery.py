"""How a run goes on after its numbers broke or memory ran out: from the last good state."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from torch import Tensor

from studio.errors import TrainingError
from studio.training.control import Control
from studio.training.course.fired import HAND, Fired
from studio.training.events import BatchSplit, Broken, Event
from studio.training.guarding import sentences
from studio.training.guarding.buffers import Buffers
from studio.training.guarding.culprit import Culprit, culprit, likeliest
from studio.training.guarding.dice import Dice
from studio.training.guarding.good import LastGood
from studio.training.guarding.memory import Shortage, let_go
from studio.training.guarding.setback import Setback
from studio.training.session import Session
from studio.training.steering import Steering
from studio.training.ticks.actions import Action, ClipGradient, Rate, SkipBatch
from studio.training.ticks.moments import AtStep
from studio.training.ticks.tick import Tick

ATTEMPTS, _WITHIN = 3, 1000
"""So often numbers may break within so many steps before somebody has to look at it."""
_SLOWER = 0.5
_CLIP = 1.0
"""Where gradients are first clipped; later at half of what it was."""

_Action = Literal["rate", "clip", "pause", "stop"]


class Recovery:
    """Watches the steps of a run and takes it back to where all was well."""

    def __init__(self, session: Session, control: Control, steering: Steering) -> None:
        self._session, self._control, self._steering = session, control, steering
        self._good, self._footing = LastGood(session), session.footing
        self._dice = Dice(session.machine.device)
        self._buffers = Buffers(session.network)
        self._made = 0

    @property
    def due(self) -> int:
        """The step before which to `look` again."""
        return self._good.due

    @property
    def lost(self) -> int:
        """How many of the latest steps changed no weight; waits for the device."""
        return self._made - self._session.stepper.good_steps

    def begin(self) -> None:
        """Take note of a step that is about to be made."""
        self._dice.note(self._session.place.step)

    def end(self, loss: Tensor) -> None:
        """Take note of a step made; raises Setback if it is known by now that it broke."""
        step = self._session.place.step
        if self._session.stepper.has_stopped:
            raise Setback("not finite", step)
        self._footing.recent.append((step, loss))
        self._made += 1

    def told(self) -> None:
        """Take note that all steps up to here were told to be good; raises Setback if not so."""
        if self._session.stepper.is_broken:
            raise Setback("not finite", self._session.place.step - self.lost)
        self._buffers.keep()

    def look(self) -> None:
        """Keep this state as a good one; raises Setback if it is not."""
        self.check(losses=True)
        self._good.keep()
        self._dice.forget()

    def changed(self) -> None:
        """Take note that steps are made in another way from here on."""
        self._dice.forget()

    def end_epoch(self, *, last: bool) -> None:
        """Take note that an epoch is complete; raises Setback if that is known not to be good.

        What is written now is soon to be the last good state, and after the `last` epoch nobody
        looks any more.
        """
        self._good.end_epoch()
        self.check(losses=last or self._session.place.step >= self._good.due)

    def renew(self) -> None:
        """Keep a state as a good one before its time, if it is."""
        self.changed()
        if not self._session.sickness():
            self._good.keep()

    def check(self, *, losses: bool = False) -> None:
        """Raise Setback if a weight is not finite, or a loss since the last look ran away.

        Waits for the device.
        """
        if losses:
            seen, self._footing.recent = self._footing.seen(), []
            place = self._footing.losses.runaway([loss for _step, loss in seen])
            if place is not None:
                raise Setback("diverged", seen[place][0])
        if self._session.sickness():
            raise Setback("not finite", max(0, self._session.place.step - 1))

    def settle(self) -> None:
        """Go back to the last step that changed weights."""
        session, lost = self._session, max(0, self.lost)
        session.place.step -= lost
        session.place.position -= lost
        session.tally.drop(lost)
        self._buffers.put_back()
        self._fresh()

    def overcome(self, setback: Setback) -> Iterator[Event]:
        """Take the run to where it can go on; raises TrainingError if it cannot."""
        if setback.kind == "memory":
            yield from self._split(setback.shortage or Shortage(0, 0))
            return
        found = self._found(setback)
        attempt = 1 + self._attempts(setback.step)
        action, before = self._action(attempt), self._session.course.record.fired
        # before it goes back, for that undoes what earlier attempts made of them
        rate, clip = self._careful(action, setback.step)
        self._leave(setback)
        broken = _broken(setback, found, action, attempt, self._session.place.step)
        what, then = sentences.happened(setback, found), sentences.done(broken, rate, clip)
        yield replace(broken, message=f"{what} {then}")
        if action == "stop":
            raise TrainingError(what, then)
        actions: dict[str, tuple[Action, ...]] = {
            "rate": (Rate(value=_SLOWER, mode="lasting"),),
            "clip": (ClipGradient(norm=clip),),
        }
        yield from self._go_on(before, *actions.get(action, ()), SkipBatch(step=setback.step))
        if action == "pause":
            self._control.pause()

    def _go_on(self, before: tuple[Fired, ...], *actions: Action) -> Iterator[Event]:
        """Let hold from here on what was done by hand since, and these actions besides."""
        session = self._session
        step = session.place.step
        kept = session.course.record.fired
        later = [replace(f, step=step) for f in before if f.number == HAND and f not in kept]
        if actions:
            later.append(Fired(step, Tick(at=AtStep(at=step), actions=actions)))
        yield from self._steering.go_back(later)
        self._good.keep()

    def _split(self, shortage: Shortage) -> Iterator[Event]:
        session = self._session
        session.stepper.renew_shortcut(0, None)  # what was recorded takes memory
        let_go(session.network, session.machine.device)
        before, parts = session.course.record.fired, session.stepper.parts
        largest = session.staged.batch_size // session.stepper.least
        self._back()
        if parts >= largest:
            raise TrainingError(*sentences.smallest(shortage, session.stepper.least))
        session.stepper.parts, session.fit.remembers = min(2 * parts, largest), False
        size = -(-session.staged.batch_size // session.stepper.parts)
        event = BatchSplit(
            *(session.place.step, "training", session.stepper.parts, size),
            needed=shortage.needed,
            free=shortage.free,
        )
        yield sentences.told(event, norms=session.stepper.least > 1)
        yield from self._go_on(before)

    def _found(self, setback: Setback) -> Culprit:
        """Make the step that broke again and return what broke first."""
        session = self._session
        epoch, position = session.course.calendar.place(setback.step)
        is_known = epoch == session.place.epoch and not session.sharing.shards
        if setback.kind == "diverged" or not is_known:
            return Culprit(cause="divergence" if setback.kind == "diverged" else "unknown")
        batches = session.epoch_batches()
        self._dice.again(setback.step)
        try:
            return likeliest(session.sharing.gathered(culprit(session, batches, position)))
        except (RuntimeError, MemoryError):
            return Culprit()  # there may be no memory for looking
        finally:
            for parameter in session.network.parameters():
                parameter.grad = None
            self._dice.again(setback.step)

    def _attempts(self, step: int) -> int:
        """Return how often numbers broke within the steps around this one."""
        return sum(
            abs(step - action.step) < _WITHIN
            for fired in self._session.course.record.fired
            if fired.number == HAND
            for action in fired.tick.actions
            if isinstance(action, SkipBatch)
        )

    def _action(self, attempt: int) -> _Action:
        plan = self._session.plan
        if plan.on_failure == "stop" or self._good.step is None:
            return "stop"
        if attempt > ATTEMPTS:
            return "pause" if self._control.attended else "stop"
        return "clip" if plan.recovery == "clip" else "rate"

    def _careful(self, action: _Action, step: int) -> tuple[float, float]:
        """Return the learning rate and the clipping that are to follow those of a step."""
        rate, clip = self._session.course.at(step).rate, self._session.stepper.clip
        return rate * (_SLOWER if action == "rate" else 1.0), _CLIP if clip is None else clip / 2

    def _leave(self, setback: Setback) -> None:
        """Go back to before it all: a step where the run ends anyway and its weights are good."""
        if self._session.plan.on_failure == "stop" and setback.kind == "not finite":
            self.settle()
            if not self._session.sickness():
                return
        self._back()

    def _back(self) -> None:
        if self._good.put_back():
            self._fresh()
        else:
            self.settle()

    def _fresh(self) -> None:
        self._session.stepper.mend()
        self._made = 0
        self._footing.recent = []
        self._dice.forget()
        self._buffers.keep()


def _broken(
    setback: Setback, found: Culprit, action: _Action, attempt: int, back_to: int
) -> Broken:
    # all that a culprit knows, the event tells
    return Broken(setback.step, action, back_to, attempt, **vars(found))
