"""Which network and which plan suit somebody's data to begin with."""

from studio.workspace.proposing.proposal import proposed

__all__ = ["proposed"]
