"""How a network is made ready to train, and given back afterwards as it was built."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from studio.network.bypassing import bypass, make_switchable
from studio.network.execution import streamlined
from studio.network.network import Network, recomputing
from studio.training.allocator import keep_memory, release_memory
from studio.training.batches import DeviceData
from studio.training.course.checking import bypassed_by
from studio.training.device import Machine
from studio.training.plan import Plan
from studio.training.session import Session


@contextmanager
def opened(network: Network, data: DeviceData, plan: Plan) -> Iterator[Session]:
    """Hold all that training takes inside the `with` block, on the thread that enters it.

    Raises TrainingError when a run cannot start.
    """
    machine = Machine.chosen(plan, network.multiply_adds)
    network.to(machine.device)
    with ExitStack() as stack:
        if machine.device.type == "cpu":
            keep_memory()
            stack.callback(release_memory)
        stack.enter_context(machine.threads_set())
        make_switchable(network, bypassed_by(plan.ticks, network.graph))
        batch, channels_last = plan.batch_size, machine.channels_last
        stack.enter_context(streamlined(network, batch, channels_last=channels_last))
        stack.enter_context(recomputing(network, on=plan.checkpointing))
        session = Session(network, data, plan, machine)
        stack.callback(session.freezing.release)
        stack.callback(bypass, network, ())
        yield session
