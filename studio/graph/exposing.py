"""How one number on a block drives the settings inside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from studio.errors import SettingError
from studio.graph.formula import evaluate, names
from studio.graph.model import Graph
from studio.graph.targets import configured, firm, setting_of
from studio.setting import Setting
from studio.wording import _


@dataclass(frozen=True)
class Exposed:
    """A setting of a block: its value, and what follows from it inside."""

    value: Any
    drives: Mapping[str, str] = field(default_factory=dict)
    """Setting inside (“conv2d_1.out_channels”) → formula of exposed settings (“4 * width”)."""
    hint: str = ""

    @classmethod
    def read(cls, name: str, value: Any) -> "Exposed":
        """Return what JSON spells; raises SettingError for anything else."""
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping) and "value" in value:
            drives, hint = value.get("drives", {}), value.get("hint", "")
            spelled = isinstance(drives, Mapping) and all(
                isinstance(part, str) for pair in drives.items() for part in pair
            )
            if spelled and isinstance(hint, str) and value.keys() <= {"value", "drives", "hint"}:
                return cls(firm(value["value"]), dict(drives), hint)
        raise SettingError(
            _("{name} must be exposed with a value and what it drives.").format(name=name),
            '{"value": 64, "drives": {"conv2d_1.out_channels": "width"}}',
        )

    def written(self) -> dict[str, Any]:
        """Return the JSON form."""
        hint = {"hint": self.hint} if self.hint else {}
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"value": value, "drives": dict(self.drives), **hint}

    def bare(self, name: str) -> tuple[str, ...]:
        """Return the settings inside that take the value as it is."""
        return tuple(target for target, formula in self.drives.items() if formula.strip() == name)


Exposures = Mapping[str, Exposed]


def driven(graph: Graph, exposed: Exposures) -> Graph:
    """Return the graph with every setting that is driven from outside as its formula says.

    Raises SettingError for a target that does not exist, a formula that cannot be evaluated, or a
    result out of bounds.
    """
    numbers = {name: one.value for name, one in exposed.items() if _is_number(one.value)}
    values: dict[str, Any] = {}
    for name, one in exposed.items():
        for target, formula in one.drives.items():
            bare = formula.strip() == name
            values[target] = one.value if bare else evaluate(formula, numbers)
    return configured(graph, values)


def declared(graph: Graph, name: str, one: Exposed) -> Setting:
    """Return how the exposed setting is declared: like what takes its value as it is."""
    for target in one.bare(name):
        setting, _value = setting_of(graph, target)
        label = setting.label if setting.name.endswith(name) else ""
        return replace(setting, name=name, spelled="", label=label, hint=one.hint or setting.hint)
    kind: Literal["integer", "number"] = "number" if isinstance(one.value, float) else "integer"
    low = min(1, one.value) if _is_number(one.value) else 1
    return Setting(kind, one.value, one.hint, name=name, low=low)


def check(graph: Graph, exposed: Exposures) -> None:
    """Raise SettingError for a target, a formula or a value that is wrong."""
    for name, one in exposed.items():
        for target, formula in one.drives.items():
            setting_of(graph, target)
            unknown = sorted(names(formula) - exposed.keys())
            if unknown:
                raise SettingError(
                    _("{formula} needs {name}, which is not exposed.").format(
                        formula=formula, name=unknown[0]
                    )
                )
        declared(graph, name, one).check(one.value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
