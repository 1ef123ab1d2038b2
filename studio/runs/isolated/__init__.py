"""Runs in a process of their own: begun, followed, left alone, found again, and their deaths told.

The process of a run reads orders from its standard input while the program that began it lives, and
from a file in the folder of the run for anybody who finds it later; a file needs neither a port nor
a password, works alike on every system, and is guarded by the rights of the folder. News go to the
standard output as long as somebody reads them, and always to the log, which is the truth.
"""

from studio.runs.isolated.attaching import attached
from studio.runs.isolated.conducting import isolated
from studio.runs.isolated.life import Living, require_living, running
from studio.runs.isolated.process import cool, warm

__all__ = ["Living", "attached", "cool", "isolated", "require_living", "running", "warm"]
