"""The four numbers of a layer, each with its share of the network and the formula behind it."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.shape import Shape
from studio.ui import theme
from studio.ui.kit import Bar, Caption, Heading, Label, Note, ValueLabel
from studio.ui.words import percent
from studio.wording import _, byte_size, full, humanized


class Measure(QWidget):
    """One number: name, value, share of the total, bar and formula."""

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._hint = hint
        self.value = ValueLabel(px=13)
        self.share = Caption()
        self.share.setFont(theme.font(11, 500, tabular=True))
        self.share.setMinimumWidth(34)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = Bar(_("Share of {name}").format(name=title))
        self.formula = Note()
        self.formula.setFont(theme.font(11, tabular=True))
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(Label(title), 1)
        head.addWidget(self.value)
        head.addWidget(self.share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.formula)

    def show_number(
        self, text: str, share: float, *, exact: str = "", formula: str = "", token: str = "accent"
    ) -> None:
        """Show a number at reading size, its share (0 to 1), and where it comes from."""
        self.value.setText(text)
        self.share.setText(percent(share))
        self.bar.show_share(share, token)
        self.formula.setText(formula)
        self.formula.setVisible(bool(formula))
        self.setToolTip("\n".join(part for part in (exact, self._hint) if part))
        self.setAccessibleDescription(f"{exact or text}, {percent(share)}")


class Summary(QWidget):
    """Parameters, multiply-adds, activation memory and depth."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameters = Measure(_("Parameters"), _("Numbers this layer learns."))
        self.multiply_adds = Measure(
            _("Multiply-adds"), _("Multiplications with an addition, for one sample.")
        )
        self.memory = Measure(
            _("Activation memory"), _("Bytes of the output of one sample; training keeps them.")
        )
        self.levels = Measure(
            _("Depth"), _("Weighted layers on the longest way from an input to here.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Heading(_("Summary")))
        for measure in (self.parameters, self.multiply_adds, self.memory, self.levels):
            column.addWidget(measure)

    def show_node(self, facts: NodeFacts, total: Report, *, frozen: bool) -> None:
        """Show one layer as a part of the whole network."""
        parameters, work = facts.parameters, facts.multiply_adds
        self._counts(parameters, work, facts.activation_bytes, total, frozen=frozen)
        self.parameters.formula.setText(_explained(parameters.formula, parameters))
        self.multiply_adds.formula.setText(_explained(work.formula, work))
        self.memory.formula.setText(_memory_formula(facts.outputs, facts.activation_bytes))
        for measure in (self.parameters, self.multiply_adds, self.memory):
            measure.formula.setVisible(bool(measure.formula.text()))
        self.levels.show_number(
            _("{depth} of {total}").format(depth=facts.depth, total=total.depth),
            facts.depth / total.depth if total.depth else 0.0,
            formula=_adds(facts.own_depth),
        )

    def show_sum(self, nodes: Iterable[NodeFacts], total: Report, *, frozen: bool) -> None:
        """Show several layers added up."""
        facts = tuple(nodes)
        self._counts(
            sum(int(one.parameters) for one in facts),
            sum(int(one.multiply_adds) for one in facts),
            sum(one.activation_bytes for one in facts),
            total,
            frozen=frozen,
        )
        deepest = max((one.depth for one in facts), default=0)
        self.levels.show_number(
            _("{depth} of {total}").format(depth=deepest, total=total.depth),
            deepest / total.depth if total.depth else 0.0,
        )

    def _counts(
        self, parameters: int, work: int, size: int, total: Report, *, frozen: bool
    ) -> None:
        self.parameters.show_number(
            humanized(parameters),
            _share(parameters, total.parameters),
            exact=full(parameters),
            token="ice" if frozen else "accent",
        )
        self.multiply_adds.show_number(
            humanized(work), _share(work, total.multiply_adds), exact=full(work)
        )
        self.memory.show_number(
            byte_size(size), _share(size, total.activation_bytes), exact=f"{full(size)} B"
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _explained(formula: str, value: int) -> str:
    plain = formula in {str(int(value)), full(int(value))}
    return "" if plain or not value else f"{formula} = {full(int(value))}"


def _memory_formula(outputs: tuple[Shape, ...], size: int) -> str:
    if len(outputs) != 1:
        return ""
    each = 8 if outputs[0].dtype == "int64" else 4
    spelled = outputs[0].size * each == size
    return _("{shape} × {each} bytes").format(shape=outputs[0], each=each) if spelled else ""


def _adds(depth: int) -> str:
    if depth == 0:
        return _("Adds nothing to the depth.")
    return _("Adds {depth} to the depth.").format(depth=depth)
