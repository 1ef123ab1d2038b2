"""The summary of a network as Markdown, CSV and LaTeX, with everything escaped that has to be."""

import csv
import io
import re

import pytest

from studio.analysis.analyze import analyze
from studio.catalogue.inputs import Input, Output
from studio.export import latex as tex
from studio.export import markdown as md
from studio.export.csv import HEAD, csv_text
from studio.export.formats import FORMATS, write
from studio.export.summary import Row, Summary, summary
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.command import apply, parse
from studio.graph.model import Graph, Node, Wire

NASTY = "=a|b_c%d&e$f#g{h}~i^j\\k<l>"


@pytest.fixture
def network() -> Summary:
    """Return the table of: image, a block of two convolutions ten times, flatten, linear."""
    inner = Graph({"x": Node(Input())})
    inner = apply(inner, parse("conv2d 8 3 padding=1 → relu"))
    inner = edits.add(inner, Output(), after="relu_1")
    graph = Graph({"image": Node(Input(sample=(8, 6, 6)))})
    graph = graph.with_node("body", Node(Block(graph=inner, repeat=10), (Wire("image"),)))
    graph = apply(graph, parse("flatten → linear 10"))
    return summary("net", analyze(edits.add(graph, Output(), after="linear_1")))


def nasty() -> Summary:
    row = Row(NASTY, NASTY, 1, NASTY, "3 × 4", 1234, 0, 5, 1)
    return Summary(NASTY, (row,), row, ((NASTY, NASTY),))


def test_a_block_has_one_row_for_all_copies_and_one_inside_for_each_layer(network):
    rows = {row.path: row for row in network.rows}

    one = 8 * 8 * 9 + 8
    assert list(rows) == [
        "image",
        "body",
        "body/conv2d_1",
        "body/relu_1",
        "flatten_1",
        "linear_1",
        "output_1",
    ]
    assert rows["body"].parameters == 10 * one
    assert rows["body"].kind == "Block × 10"
    assert rows["body"].depth == 10
    assert rows["body/conv2d_1"].parameters == one
    assert rows["body/conv2d_1"].level == 1
    assert network.total.parameters == 10 * one + 288 * 10 + 10
    assert network.total.parameters == sum(r.parameters for r in network.rows if not r.level)
    assert network.total.multiply_adds == 10 * 8 * 8 * 9 * 36 + 2880


def test_csv_can_be_read_back_cell_by_cell(network):
    rows = list(csv.DictReader(io.StringIO(csv_text(network))))

    assert tuple(rows[0]) == HEAD
    assert [row["path"] for row in rows[:-1]] == [row.path for row in network.rows]
    assert int(rows[1]["parameters"]) == network.rows[1].parameters
    assert int(rows[1]["repeat"]) == 10
    assert int(rows[-1]["parameters"]) == network.total.parameters


def test_csv_keeps_quotes_commas_and_line_breaks_and_disarms_formulas():
    row = Row('a,"b"\nc', "=1+1", 1, "@x", "", 1, 1, 1, 1)
    (read, _total) = csv.DictReader(io.StringIO(csv_text(Summary("n", (row,), row, ()))))

    assert read["path"] == 'a,"b"\nc'
    assert read["type"] == "'=1+1"
    assert read["settings"] == "'@x"


def test_latex_escapes_every_special_character():
    assert tex.escaped("a_b%c&d$e#f{g}") == r"a\_b\%c\&d\$e\#f\{g\}"
    assert tex.escaped("\\~^<>|") == (
        r"\textbackslash{}\textasciitilde{}\textasciicircum{}"
        r"\textless{}\textgreater{}\textbar{}"
    )
    assert tex.escaped("3 × 3 · s2 → 4") == r"3 $\times$ 3 $\cdot$ s2 $\rightarrow$ 4"


def test_no_special_character_reaches_latex_bare():
    body = tex.latex(nasty()).split(r"\endhead")[1].split(r"\midrule")[0]

    row = body.strip().removesuffix(r"\\")
    assert row.count(" & ") == 7
    assert not re.search(r"(?<!\\)[_%#]", row)


def test_a_latex_table_uses_the_rules_of_booktabs_and_indents_what_a_block_holds(network):
    text = tex.latex(network)

    assert text.index(r"\toprule") < text.index(r"\midrule") < text.index(r"\bottomrule")
    assert r"\hspace*{1em}conv2d\_1 & Conv 2D" in text
    assert r"Block $\times$ 10" in text
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") == 1


def test_every_line_of_the_markdown_table_has_the_same_columns():
    lines = [line for line in md.markdown(nasty()).splitlines() if line.startswith("|")]

    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {9}


def test_markdown_indents_what_a_block_holds_and_sums_up(network):
    text = md.markdown(network)

    assert "| &nbsp;&nbsp;&nbsp;conv2d\\_1 | Conv 2D |" in text
    assert f"| **Total** |  |  |  | **{network.total.parameters:,}** |" in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_what_the_format_spells(network, tmp_path, name):
    write(network, tmp_path / "table", name)

    assert (tmp_path / "table").read_text(encoding="utf-8") == FORMATS[name].spell(network)
