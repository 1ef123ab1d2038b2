"""How it is said where and why the numbers of a run broke, and what was done about it."""

import math

from studio.training.events import Broken
from studio.wording import _, full


def title_text(broken: Broken) -> str:
    """Return what happened and when."""
    step = full(broken.step + 1)
    if broken.cause == "divergence":
        return _("The loss ran away in step {step}").format(step=step)
    return _("The numbers broke in step {step}").format(step=step)


def times_text(broken: Broken) -> str:
    """Return how often it happened lately; nothing for the first time."""
    if broken.attempt < 2:
        return ""
    return _("{count} times within 1000 steps").format(count=full(broken.attempt))


def where_text(broken: Broken) -> str:
    """Return what was the first not to be finite, without the name of its layer."""
    if broken.cause == "divergence":
        return _("In the loss, a thousand times what it was")
    return {
        "data": _("In the samples"),
        "weights": _("In the weights of"),
        "output": _("In the output of"),
        "loss": _("In the loss"),
        "gradient": _("In the gradient of") if broken.layer else _("In a gradient"),
        "": _("Not found: made again, the step was finite"),
    }[broken.where]


def why_text(broken: Broken) -> str:
    """Return the reason, with the largest number on the way there."""
    numbers = ", ".join(map(str, broken.samples[:5]))
    reasons = {
        "unknown": _("Nothing was seen when the step was made again."),
        "data": _("Samples {numbers} hold numbers that are not finite.").format(numbers=numbers),
        "weights": _("Its weights were not finite any more."),
        "input": _("What came in was broken already."),
        "layer": _("Its own arithmetic: what came in was finite."),
        "loss": _("The loss made something infinite of finite outputs."),
        "divergence": _("Each step overshot; the learning rate is too high for this place."),
    }
    if broken.cause in {"layer", "input", "loss"} and broken.largest:
        largest = _("Largest number before: {largest}.").format(largest=size_text(broken.largest))
        return f"{reasons[broken.cause]} {largest}"
    return reasons[broken.cause]


def done_text(broken: Broken) -> str:
    """Return what was done about it."""
    back = full(broken.back_to)
    return {
        "rate": _("Back to step {step}; the learning rate is halved, the batch left out."),
        "clip": _("Back to step {step}; gradients are clipped, the batch left out."),
        "pause": _("Back to step {step}; the run waits for you."),
        "stop": _("The run ended with the weights of step {step}."),
    }[broken.action].format(step=back)


def size_text(value: float) -> str:
    """Return a size that may be anything: "3.2e+38", "∞", "NaN"."""
    if math.isnan(value):
        return "NaN"
    return "∞" if math.isinf(value) else f"{value:.3g}"
