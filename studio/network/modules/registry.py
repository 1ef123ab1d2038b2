"""How the studio's own torch modules are found by the names that recipes use."""

from typing import TypeVar

from torch import nn

MODULES: dict[str, type[nn.Module]] = {}
"""By the name that follows “studio.” in a recipe; nothing else can be named by one."""

M = TypeVar("M", bound=nn.Module)


def own(cls: type[M]) -> type[M]:
    """Decorate a module to file it under its class name; a name is filed once."""
    assert cls.__name__ not in MODULES, f"{cls.__name__} is filed twice"
    MODULES[cls.__name__] = cls
    return cls
