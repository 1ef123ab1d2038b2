"""What is selected: its shapes, its settings, whether it is frozen, and what it costs."""

from studio.ui.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]
