"""The verbs of editing: each takes a graph and returns another, or refuses with an EditError."""

from studio.graph.edits.clipboard import copy, duplicate, paste
from studio.graph.edits.folding import group
from studio.graph.edits.naming import fresh_name, rename
from studio.graph.edits.nesting import at_location, page
from studio.graph.edits.placing import add, detach, insert_on_wire, move, remove, tidy
from studio.graph.edits.settings import configure, replace_layer, set_frozen, tie, untie
from studio.graph.edits.unfolding import ungroup
from studio.graph.edits.varying import conceal, expose, inner_settings, override, ramp, uniform
from studio.graph.edits.wiring import connect, disconnect, reorder_inputs, swap_inputs

__all__ = [
    "add",
    "at_location",
    "conceal",
    "configure",
    "connect",
    "copy",
    "detach",
    "disconnect",
    "duplicate",
    "expose",
    "fresh_name",
    "group",
    "inner_settings",
    "insert_on_wire",
    "move",
    "override",
    "page",
    "paste",
    "ramp",
    "remove",
    "rename",
    "reorder_inputs",
    "replace_layer",
    "set_frozen",
    "swap_inputs",
    "tidy",
    "tie",
    "ungroup",
    "uniform",
    "untie",
]
