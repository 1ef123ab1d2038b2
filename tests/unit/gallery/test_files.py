"""The gallery: every template opens, fits its data and has nothing to be remarked."""

import re

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.report import Task
from studio.datasets.source import read_source
from studio.errors import FileError, StudioError
from studio.gallery import FIRST, entries, load
from studio.gallery.files import names
from studio.graph.file import project_to_json
from studio.graph.text import json_text
from studio.paths import resources
from studio.training.plan import read_plan


@pytest.mark.parametrize("name", names())
def test_a_template_fits_its_data_and_gets_no_remarks(name):
    project = load(name)
    task = None
    if project.data:
        facts = read_source(project.data).facts()
        loss = read_plan(project.plan).targets[0].loss.key
        task = Task(facts.sample, len(facts.classes) or None, facts.outputs, loss)
    report = analyze(project.graph, task)
    assert [finding.problem for finding in report.findings] == []
    assert report.depth > 1


@pytest.mark.parametrize("name", names())
def test_a_template_is_written_as_the_program_would_write_it(name):
    file = resources() / "templates" / f"{name}.layerwise"
    assert file.read_text(encoding="utf-8") == json_text(project_to_json(load(name)))


def test_the_first_template_opens_first_and_has_data():
    assert names()[0] == FIRST
    assert load(FIRST).data == {"type": "digits"}


def test_titles_and_lessons_differ():
    found = entries()
    assert len({entry.title for entry in found}) == len({e.about for e in found}) == len(found)


def test_a_misspelled_template_is_answered_with_the_nearest():
    with pytest.raises(FileError, match=r"Did you mean lenet5\?"):
        load("lenet")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("gpt2?layers=abc", "layers must be a whole number from 1 to 10,000, but 'abc' was given"),
        ("gpt2?layers=" + "[" * 5_000, "layers must be a whole number"),
        ("gpt2?layers=1&layers=2", "layers is given twice"),
        ("gpt2?layer=1", "gpt has no setting called layer. Did you mean layers"),
        ("gpt2?width=7&heads=3", "3 heads cannot share 7 features evenly"),
        ("empty?layers=1", "empty is a project file and has no sizes"),
        ("mlp?layers=1", "mlp is a project file and has no sizes"),
        ("textcnn?sizes=[]", "sizes must have from 1 to 1,000 entries, but it has 0"),
        ("resnet50?depths=[" + "1," * 1_000 + "1]", "depths must have from 1 to 1,000 entries"),
        ("ddpm-cifar10?widths=[]", "widths must have from 1 to 1,000 entries, but it has 0"),
    ],
)
def test_a_variant_that_cannot_be_is_refused_in_a_sentence(wanted, sentence):
    with pytest.raises(StudioError, match=re.escape(sentence)):
        load(wanted)


def test_spaces_around_settings_do_not_matter():
    assert load("gpt2? layers = 3 ").graph == load("gpt2?layers=3").graph


@pytest.mark.parametrize(
    "variant",
    [
        "alexnet?widths=[4,6,8,6,6,6,6,6,6]&hidden=16&image=400",
        "textcnn?sizes=[7,7,7]",
        "gpt2?width=250000&layers=2",
    ],
)
def test_unusual_sizes_are_drawn(variant):
    assert analyze(load(variant).graph).findings == ()
