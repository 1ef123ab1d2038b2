"""The gallery: every template opens, fits its data and has nothing to be remarked."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.report import Task
from studio.datasets.source import read_source
from studio.errors import FileError
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
