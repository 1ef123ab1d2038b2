"""Every kind of setting has an editor, and every declared thing has a form that keeps its value."""

import typing

import pytest
from PySide6.QtWidgets import QLineEdit

import studio.graph.block  # noqa: F401  files the block
from studio.catalogue import CATALOGUE
from studio.datasets.source import SOURCES
from studio.setting import Kind
from studio.training.plan import AUGMENTATIONS, LOSSES, OPTIMIZERS, SCHEDULES, Plan, Target
from studio.ui.form import EDITORS, Form

MEMBERS = [
    cls
    for family in (CATALOGUE, SOURCES, OPTIMIZERS, SCHEDULES, LOSSES, AUGMENTATIONS)
    for cls in family
]


def test_every_kind_of_setting_has_an_editor():
    assert set(EDITORS) == set(typing.get_args(Kind))


@pytest.mark.parametrize("cls", [*MEMBERS, Plan, Target], ids=lambda cls: cls.__name__)
def test_a_form_shows_every_setting_and_changes_none(qtbot, cls):
    value = cls()
    form = Form(value)
    qtbot.addWidget(form)
    heard = []
    form.changed.connect(lambda *_: heard.append(1))

    form.show()
    form.show_value(value)

    typed = {s.name for s in value.declared.values() if s.kind not in ("opaque", "many")}
    assert typed <= set(form.names())
    assert form.value == value
    assert form.is_valid
    assert heard == []


@pytest.mark.parametrize("cls", [*MEMBERS, Plan, Target], ids=lambda cls: cls.__name__)
def test_every_editor_reads_back_the_value_it_shows(qtbot, cls):
    form = Form(cls())
    qtbot.addWidget(form)
    heard = []
    form.changed.connect(lambda *_: heard.append(1))

    for name in form.names():
        for widget in form.row(name).editor.fields():
            if isinstance(widget, QLineEdit):
                widget.textEdited.emit(widget.text())

    assert form.is_valid, [form.row(n).refusal.text() for n in form.names()]
    assert heard == []
    assert form.value == cls()


@pytest.mark.parametrize("cls", [*MEMBERS, Plan], ids=lambda cls: cls.__name__)
def test_every_setting_teaches(cls):
    for setting in cls.declared.values():
        if setting.kind != "opaque":
            assert setting.hint, f"{cls.__name__}.{setting.name} has no hint"
            assert setting.title
