"""The open work without a window: document, data, plan, report, current run, and its verbs.

`Editing` knows the document, `Project` adds data, plan and file, `Session` adds the run, and
`Workspace` the runs that go on without the window and those that wait for their turn.
"""

from studio.workspace.editing import Notice
from studio.workspace.session import State
from studio.workspace.workspace import Workspace

__all__ = ["Notice", "State", "Workspace"]
