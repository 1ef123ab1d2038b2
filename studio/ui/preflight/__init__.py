"""The line that says, before training begins, what it will take and whether that is there."""

from studio.ui.preflight.strip import PreflightStrip

__all__ = ["PreflightStrip"]
