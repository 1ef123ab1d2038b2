"""What it means for a run that a step cannot be made."""

from studio.errors import TrainingError
from studio.training.data.streaming import SamplesGoneError
from studio.training.guarding.memory import is_memory, shortage
from studio.training.guarding.setback import Setback
from studio.training.session import Session
from studio.wording import _


def failed(error: Exception, session: Session) -> Setback | TrainingError:
    """Return what to raise instead of an error, which is not held on to.

    Raises TrainingError at once where other processes do not know of it.
    """
    session.sharing.give_up(error)
    step = session.place.step
    if is_memory(error):
        return Setback("memory", step, shortage(error, session.machine.device))
    if isinstance(error, SamplesGoneError):
        return error
    words = str(error).strip() or type(error).__name__
    return TrainingError(
        _("Step {step} failed: {reason}.").format(
            step=step + 1, reason=words.splitlines()[0].rstrip(".")
        ),
        _("Check the layers and the data of this run."),
    )
