"""How a part of the data is evaluated in the memory there is: fewer samples at a time."""

from collections.abc import Callable

from studio.errors import TrainingError
from studio.training.events import BatchSplit
from studio.training.guarding import sentences
from studio.training.guarding.memory import Shortage, is_memory, let_go, shortage
from studio.training.judging.evaluation import Evaluation
from studio.training.session import Session


def evaluated(
    session: Session, part: str, cancelled: Callable[[], bool], told: Callable[[BatchSplit], None]
) -> Evaluation:
    """Return how good the network is on a part; tell each time it takes smaller batches.

    Raises TrainingError when a single sample does not fit in memory.
    """
    while True:
        found = _tried(session, part, cancelled)
        if isinstance(found, Evaluation):
            return found
        # here nothing holds what the attempt made any more
        let_go(session.network, session.machine.device)
        session.freezing.train()
        taken = min(session.fit.judged, session.data.size(part))
        if taken == 1:
            raise TrainingError(*sentences.smallest(found, 1))
        session.fit.judged = taken // 2
        event = BatchSplit(
            *(session.place.step, "evaluation", 1, session.fit.judged), found.needed, found.free
        )
        told(sentences.told(event))


def _tried(session: Session, part: str, cancelled: Callable[[], bool]) -> Evaluation | Shortage:
    try:
        return session.evaluated(part, cancelled)
    except (MemoryError, RuntimeError) as error:
        if not is_memory(error):
            raise
        return shortage(error, session.machine.device)
