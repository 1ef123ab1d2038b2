"""The menu that lets a layer share weights with another, and gives it its own again."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.analysis.lenders import offers
from studio.graph import edits
from studio.graph.block import Block
from studio.ui import icons
from studio.wording import _
from studio.workspace import Workspace

_MOST = 24


def can_share(workspace: Workspace, name: str) -> bool:
    """Return whether a layer of the page has weights that it could share, or shares already."""
    node, facts = workspace.page[name], workspace.page_report.nodes.get(name)
    own = bool(facts and facts.weights) and not isinstance(node.layer, Block)
    return own or bool(node.tied)


def share_menu(workspace: Workspace, name: str, parent: QWidget) -> QMenu:
    """Return the menu of all weights that a layer of the page can borrow or give back."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    node = workspace.page[name]
    for weight, owner in node.tied.items():
        text = _("Its own {weight} again, not that of {owner}").format(weight=weight, owner=owner)
        action = menu.addAction(icons.icon("unlink"), text)
        action.triggered.connect(_caller(untie, workspace, name, weight))
    found = offers(workspace.page_report, name)
    if node.tied and found:
        menu.addSeparator()
    for weight, owners in found.items():
        head = _("Share {weight} of {layer} with").format(weight=weight, layer=name)
        menu.addAction(head).setEnabled(False)  # a style sheet hides the words of a section
        for owner in owners[:_MOST]:
            action = menu.addAction(icons.icon("link"), owner)
            action.triggered.connect(_caller(tie, workspace, name, weight, owner))
        if len(owners) > _MOST:
            rest = _("and {count} more").format(count=len(owners) - _MOST)
            menu.addAction(rest).setEnabled(False)
    if menu.isEmpty():
        none = _("No other layer has a weight of the same shape.")
        menu.addAction(none).setEnabled(False)
    return menu


def tie(workspace: Workspace, name: str, weight: str, owner: str) -> None:
    """Let a layer borrow a weight: `owner` is “node.weight”."""
    label = _("Share {weight} of {layer}").format(weight=weight, layer=name)
    workspace.edit(label, lambda graph: edits.tie(graph, name, weight, owner))


def untie(workspace: Workspace, name: str, weight: str) -> None:
    """Give a layer a weight of its own again."""
    label = _("Untie {layer}").format(layer=name)
    workspace.edit(label, lambda graph: edits.untie(graph, name, weight))


def _caller(verb: Callable[..., None], *words: object) -> Callable[[bool], None]:
    return lambda _checked: verb(*words)
