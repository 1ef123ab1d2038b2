"""How it is told that numbers broke or memory ran out: what, where, why, and what was done."""

from dataclasses import replace

from studio.training.events import BatchSplit, Broken
from studio.training.guarding.culprit import Culprit
from studio.training.guarding.memory import Shortage
from studio.training.guarding.setback import Setback
from studio.wording import _, byte_size


def happened(setback: Setback, found: Culprit) -> str:
    """Return what broke in which step, and where it came from."""
    step = setback.step + 1
    if setback.kind == "diverged":
        return _("The loss ran away in step {step}: it is 1000 times what it was.").format(
            step=step
        )
    return " ".join(
        (
            _("The loss or a gradient is not a finite number in step {step}.").format(step=step),
            _why(found),
        )
    )


def done(broken: Broken, rate: float, clip: float) -> str:
    """Return what was done about it, or what somebody could do."""
    if broken.action == "rate":
        return _(
            "The run went back to step {back} and goes on with half the learning rate, {rate:g}, "
            "without that batch."
        ).format(back=broken.back_to, rate=rate)
    if broken.action == "clip":
        return _(
            "The run went back to step {back} and goes on with gradients clipped to {clip:g}, "
            "without that batch."
        ).format(back=broken.back_to, clip=clip)
    if broken.action == "pause":
        return _(
            "This happened too often, so the run went back to step {back} and waits. Change the "
            "learning rate and let it go on, or stop it."
        ).format(back=broken.back_to)
    return _(
        "The weights are those of step {back}. Try a learning rate below {rate:g}, clip the "
        "gradient, or look for extreme values in the data."
    ).format(back=broken.back_to, rate=rate)


def told(event: BatchSplit, *, norms: bool = False) -> BatchSplit:
    """Return the event with its sentences; `norms` says that the network normalizes batches."""
    return replace(event, message=_split(event, norms=norms))


def _split(event: BatchSplit, *, norms: bool) -> str:
    words = [short(Shortage(event.needed, event.free))]
    if event.what == "evaluation":
        words.append(_("Evaluations look at {size} samples at a time now.").format(size=event.size))
        return " ".join(words)
    words.append(
        _("Batches are computed in {parts} parts from here on, which learn the same.").format(
            parts=event.parts
        )
    )
    if norms:
        words.append(
            _("Batch normalization sees {size} samples at a time now instead of a batch.").format(
                size=event.size
            )
        )
    return " ".join(words)


def short(shortage: Shortage) -> str:
    """Return that memory ran out, with the numbers that are known."""
    if shortage.needed and shortage.free:
        return _("There was not enough memory: {needed} more were needed, {free} are free.").format(
            needed=byte_size(shortage.needed), free=byte_size(shortage.free)
        )
    return _("There was not enough memory.")


def smallest(shortage: Shortage, size: int) -> tuple[str, str]:
    """Return the problem and the remedy when nothing is left to be made smaller."""
    return (
        " ".join(
            (
                short(shortage),
                _("Not even {size} at a time can be computed.").format(size=size),
            )
        ),
        _("Use a smaller network, or free memory and go on from the last checkpoint."),
    )


def _why(found: Culprit) -> str:
    layer = found.layer
    if found.copy:
        layer = _("{layer} (copy {copy})").format(layer=found.layer, copy=found.copy)
    largest = found.largest
    if found.cause == "data":
        return _("Its data are not: sample {samples}.").format(
            samples=", ".join(map(str, found.samples))
        )
    if found.cause == "weights":
        return _("The weights of {layer} are not finite.").format(layer=layer)
    if found.where == "output":
        return _(
            "The output of {layer} was the first not to be; the largest number before was "
            "{largest:.3g}."
        ).format(layer=layer, largest=largest)
    if found.where == "gradient" and found.cause != "loss":
        return _(
            "The gradient of {layer} was the first not to be; the largest number before was "
            "{largest:.3g}."
        ).format(layer=layer, largest=largest)
    if found.cause == "loss":
        return _(
            "All outputs are, but the loss makes something infinite of them; the largest is "
            "{largest:.3g}."
        ).format(largest=largest)
    return _("When the step was made again, everything was finite.")
