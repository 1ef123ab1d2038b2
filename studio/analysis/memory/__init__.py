"""How much memory training takes, before anything is allocated."""

from studio.analysis.memory.estimate import MemoryEstimate, training_memory
from studio.analysis.memory.terms import Terms, states

__all__ = ["MemoryEstimate", "Terms", "states", "training_memory"]
