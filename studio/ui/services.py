"""What outlives a window: the open work and the threads behind it."""

from dataclasses import dataclass

from studio.ui.bridge import TrainingBridge
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.workspace import Workspace


@dataclass(frozen=True)
class Services:
    """The workspace and its helpers in the background, made once per program."""

    workspace: Workspace
    training: TrainingBridge
    engine: EngineLoader
    data: DatasetLoader
