"""What the whole network costs, and which layers the cost comes from."""

from studio.ui.totals.panel import TotalsPanel

__all__ = ["TotalsPanel"]
