"""The verbs of editing: each takes a graph and returns another, or refuses with an EditError."""

from studio.graph.edits.clipboard import copy, duplicate, paste
from studio.graph.edits.folding import group
from studio.graph.edits.naming import fresh_name, rename
from studio.graph.edits.nesting import at_location, page
from studio.graph.edits.placing import add, detach, insert_on_wire, move, remove, tidy
from studio.graph.edits.settings import configure, replace_layer, set_frozen, tie, untie
from studio.graph.edits.unfolding import ungroup
from studio.graph.edits.wiring import connect, disconnect, reorder_inputs, swap_inputs

__all__ = [
    "add",
    "at_location",
    "configure",
    "connect",
    "copy",
    "detach",
    "disconnect",
    "duplicate",
    "fresh_name",
    "group",
    "insert_on_wire",
    "move",
    "page",
    "paste",
    "remove",
    "rename",
    "reorder_inputs",
    "replace_layer",
    "set_frozen",
    "swap_inputs",
    "tidy",
    "tie",
    "ungroup",
    "untie",
]
