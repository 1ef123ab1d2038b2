"""Which ids a node may have: an id is also the name of a module and of a Python attribute."""

import keyword

from studio.graph.model import NAME
from studio.wording import _

_LONGEST = 100

_MODULE_WORDS = """
    T_destination add_module append apply bfloat16 buffers call_super_init children clear compile
    cpu cuda double dump_patches eval extend extra_repr float forward get_buffer get_extra_state
    get_parameter get_submodule half insert ipu items keys load_state_dict modules mtia
    named_buffers named_children named_modules named_parameters parameters pop
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
    register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type update
    values xpu zero_grad
"""
TAKEN = frozenset(_MODULE_WORDS.split())
"""What torch.nn.Module uses for itself; a child of that name could not be reached."""


def objection(name: object) -> str:
    """Return the sentence that says why `name` cannot be a node's id, or nothing."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return _(
            "A layer cannot be called {name!r}: only letters, digits and _, no digit first."
        ).format(name=name)
    if len(name) > _LONGEST:
        return _("A name has {length} characters, but at most {longest} are allowed.").format(
            length=len(name), longest=_LONGEST
        )
    if name.startswith("_") or name in TAKEN or keyword.iskeyword(name):
        return _("A layer cannot be called {name}: Python or torch use that word.").format(
            name=name
        )
    return ""
