"""The project around the network: its file, its data, its plan."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio import gallery
from studio.analysis.report import Task
from studio.catalogue.inputs import Output
from studio.datasets.dataset import Dataset, Facts, Split
from studio.datasets.source import SOURCES, Source
from studio.errors import FileError, StudioError
from studio.families import written
from studio.fields import Declared
from studio.graph.change import Change
from studio.graph.file import ProjectFile, read_project, write_project
from studio.paths import SUFFIX, home, runs_of
from studio.signals import Signal
from studio.storage import sweep_halves
from studio.training.plan import Plan, plan_json, read_plan
from studio.wording import _
from studio.workspace import recovery
from studio.workspace.editing import Editing, Notice
from studio.workspace.recovery import Recovered


class Project(Editing):
    """The document with its data, its plan and its place on disk."""

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.name = _("Untitled")
        self.plan = Plan()
        self.source: Source | None = None
        self.dataset: Dataset | None = None
        self.split: Split | None = None
        self._extra: dict[str, Any] = {}
        self._strange: dict[str, dict[str, Any]] = {"plan": {}, "data": {}}
        self._recovered = False
        self._kept: tuple[Plan, Source | None] = (self.plan, None)
        self.plan_changed: Signal[Plan] = Signal()
        self.source_changed: Signal[Source | None] = Signal()
        self.dataset_changed: Signal[Dataset | None] = Signal()
        self.title_changed: Signal[str] = Signal()
        self.opened: Signal[str] = Signal()
        self.document.changed.connect(self._follow_output)

    @property
    def is_modified(self) -> bool:
        """Whether something differs from the project on disk."""
        changed = self.document.is_modified or (self.plan, self.source) != self._kept
        return changed or self._recovered

    @property
    def runs_folder(self) -> Path:
        """Where the runs of this project lie."""
        return runs_of(self.path or home() / f"{self.name}{SUFFIX}")

    @property
    def resolved_source(self) -> Source | None:
        """Where the samples come from, folders taken from the place of the project file."""
        if self.source is None or self.path is None:
            return self.source
        return self.source.resolved(self.path.parent)

    def new_from(self, template: str) -> bool:
        """Begin a project from a template of the gallery; a notice says if there is none such."""
        try:
            project = gallery.load(template)
            name = _("Untitled") if template == gallery.EMPTY else template.partition("?")[0]
            self._show(replace(project, extra=_untitled(project.extra)), path=None, name=name)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        return True

    def open(self, path: Path) -> bool:
        """Open a project file; if it cannot be read, a notice says why and nothing changes."""
        try:
            self._show(read_project(path), path=path, name=path.stem)
            sweep_halves(path)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        return True

    def save(self, path: Path | None = None) -> bool:
        """Write the project; without a place or a writable one, a notice says so: False."""
        target = path or self.path
        moves = target is not None and (self.path is None or target.parent != self.path.parent)
        if moves:  # what was named from the old place is still meant
            self.source = self.resolved_source
        try:
            if target is None:
                raise FileError(_("This project has no file yet."), _("Choose where to save it."))
            write_project(target, self.as_file(beside=target.parent))
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.path, self.name, self._recovered = target, target.stem, False
        self._keep()
        self.notice.emit(Notice(_("Saved {path}.").format(path=target)))
        return True

    def recover(self, left: Recovered) -> None:
        """Take up work that a program which is gone left unsaved."""
        try:
            self._show(left.project, path=left.path, name=left.name)
            self._recovered = True
            recovery.keep_aside(self.name, self.path, self.as_file())
        except StudioError as refusal:
            self.refuse(refusal)
            return
        left.file.unlink(missing_ok=True)
        self.title_changed.emit(self.name)
        self.notice.emit(Notice(_("Recovered unsaved work on {name}.").format(name=left.name)))

    def as_file(self, beside: Path | None = None) -> ProjectFile:
        """Return the project as it would be written; data `beside` it are named from there."""
        source = (
            self.source if self.source is None or beside is None else self.source.relative(beside)
        )
        data = written(source) if source else {}
        plan = plan_json(self.plan)
        data, plan = self._strange["data"] | data, self._strange["plan"] | plan
        return ProjectFile(self.document.graph, data, plan, self._extra)

    def set_plan(self, plan: Plan) -> None:
        """Train by this plan from now on."""
        if plan != self.plan:
            self.plan = plan
            self.plan_changed.emit(plan)
            self._check_task()
            self.title_changed.emit(self.name)

    def set_source(self, source: Source | None) -> None:
        """Take the samples from here from now on; they are loaded elsewhere, without hurry."""
        if source != self.source:
            self.source = source
            self.accept_dataset(None, None)
            self.source_changed.emit(source)
            self._check_task()
            self.title_changed.emit(self.name)

    def accept_dataset(self, dataset: Dataset | None, split: Split | None) -> None:
        """Show the samples that were loaded for the present source."""
        self.dataset, self.split = dataset, split
        if dataset is not None:
            self._check_task()
        self.dataset_changed.emit(dataset)

    def _show(self, project: ProjectFile, path: Path | None, name: str) -> None:
        known_plan, strange_plan = _parted(project.plan, Plan)
        plan = read_plan(known_plan)
        source, strange_data = _read_source(project.data)
        self.path, self.name, self._extra = path, name, project.extra
        self._strange = {"plan": strange_plan, "data": strange_data}
        self._recovered = False
        self.leave(0)
        self.select(())
        self.document.replace(project.graph)
        self.set_plan(plan)
        self.set_source(source)
        self._keep()
        self.opened.emit(name)
        for key in (*strange_plan, *strange_data):
            self.notice.emit(
                Notice(
                    _("This version knows no setting {name}; it is kept.").format(name=key),
                    "warning",
                )
            )

    def _follow_output(self, change: Change) -> None:
        """Let the only target follow the only output when that is renamed or made anew."""
        names = [n for n, node in change.after.nodes.items() if isinstance(node.layer, Output)]
        targets = self.plan.targets
        if len(names) == len(targets) == 1 and targets[0].output not in {"", names[0]}:
            self.set_plan(self.plan.changed(targets=(targets[0].changed(output=names[0]),)))

    def _keep(self) -> None:
        self.document.mark_saved()
        self._kept = (self.plan, self.source)
        self.title_changed.emit(self.name)

    def _check_task(self) -> None:
        facts = self._facts()
        if facts is None:
            self.set_task(None)
            return
        loss = self.plan.targets[0].loss.key if self.plan.targets else ""
        classes = len(facts.classes) or None
        self.set_task(
            Task(facts.sample, classes, facts.outputs, loss, facts.places, facts.more, facts.ids)
        )

    def _facts(self) -> Facts | None:
        """Return what the network has to fit; None until somebody's own files are read."""
        if self.dataset is not None:
            return self.dataset.facts
        try:
            source = self.resolved_source
            return None if source is None or source.is_own else source.facts()
        except StudioError:
            return None  # the data panel says what is wrong with the source


def _untitled(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a project takes over from a template: not its place in the gallery."""
    return {key: value for key, value in extra.items() if key not in {"title", "about"}}


def _parted(
    values: Mapping[str, Any], cls: type[Declared]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `cls` declares, and what a newer version may have added."""
    keys = {setting.key for setting in cls.declared.values()} | {"type"}
    known = {key: value for key, value in values.items() if key in keys}
    return known, {key: value for key, value in values.items() if key not in keys}


def _read_source(data: Mapping[str, Any]) -> tuple[Source | None, dict[str, Any]]:
    if not data:
        return None, {}
    known, strange = _parted(data, SOURCES[data.get("type")])
    return SOURCES.member(known), strange
