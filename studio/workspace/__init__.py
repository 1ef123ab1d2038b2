"""The open work without a window: document, data, plan, report, current run, and its verbs.

`Editing` knows the document, `Project` adds data, plan and file, `Workspace` adds the run.
"""

from studio.workspace.editing import Notice
from studio.workspace.session import State, Workspace

__all__ = ["Notice", "State", "Workspace"]
