"""Layers that torch does not bring along, written as torch modules."""

from studio.network.modules.registry import MODULES

__all__ = ["MODULES"]
