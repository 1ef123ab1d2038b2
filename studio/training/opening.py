"""How a network is made ready to train, and given back afterwards as it was built."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from studio.network.bypassing import bypass, make_switchable
from studio.network.execution import streamlined
from studio.network.network import Network, recomputing
from studio.training.allocator import keep_memory, release_memory
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.course.checking import bypassed_by
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import Plan
from studio.training.session import Session
from studio.training.sharing.alone import ALONE, Sharing
from studio.training.speeding.numbers import settled
from studio.training.speeding.shortcuts import take_shortcuts


@contextmanager
def opened(
    network: Network,
    data: DeviceData,
    plan: Plan,
    sharing: Sharing = ALONE,
    start: Checkpoint | None = None,
) -> Iterator[Session]:
    """Hold all that training takes inside the `with` block, on the thread that enters it.

    What was chosen by measuring is chosen again at `start`, from which a run goes on. Raises
    TrainingError when a run cannot start.
    """
    machine = Machine.chosen(plan, network.multiply_adds)
    machine = replace(machine, processes=sharing.size, shards=sharing.shards)
    network.to(machine.device)
    with ExitStack() as stack:
        if machine.device.type == "cpu":
            keep_memory()
            stack.callback(release_memory)
        stack.enter_context(machine.threads_set())
        stack.enter_context(machine.numbers_set())
        make_switchable(network, bypassed_by(plan.ticks, network.graph))
        if sharing.size == 1:
            before = "" if start is None else str(start.facts.get("precision", ""))
            machine = settled(machine, plan, network, data, before)
        batch, channels_last = plan.batch_size, machine.channels_last
        stack.enter_context(sharing.opened(network, plan))
        if not sharing.shards:  # faster code reads weights by itself
            stack.enter_context(streamlined(network, batch, channels_last=channels_last))
        stack.enter_context(recomputing(network, on=plan.checkpointing))
        session = Session(network, data, plan, machine, sharing)
        if sharing.size == 1:
            take_shortcuts(network, session.stepper, machine, plan)
            session.renew_shortcut()
        stack.callback(session.freezing.release)
        stack.callback(bypass, network, ())
        yield session
