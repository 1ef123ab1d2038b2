"""Whether samples lie on the device as a whole, or are streamed there batch by batch."""

SHARE = 0.5
"""Of the free memory of a device, what samples may take at most."""


def is_streamed(asked: str, size: int, free: int | None) -> bool:
    """Return whether samples are streamed of which so many bytes would have to move to a device.

    `asked` is what a plan says: "auto", "whole" or "streamed".
    """
    if asked != "auto":
        return asked == "streamed"
    return free is not None and size > SHARE * free
