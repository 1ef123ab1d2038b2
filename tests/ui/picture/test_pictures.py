"""Pictures of a page to take away: whole, in vectors, in the colors that were asked for."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage, QImageReader

from studio.analysis.analyze import analyze
from studio.catalogue.dense.linear import Linear
from studio.catalogue.inputs import Input, Output
from studio.catalogue.sequences.embedding import Embedding
from studio.errors import FileError, StudioError
from studio.gallery import load
from studio.graph.model import Graph, Node, Wire
from studio.ui import preferences, theme
from studio.ui.exports import Exports
from studio.ui.picture.dialog import PictureDialog, Wish
from studio.ui.picture.drawing import Drawing
from studio.ui.picture.formats import Choice, save
from studio.ui.tokens import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


def drawing(graph: Graph, look=LIGHT) -> Drawing:
    return Drawing(analyze(graph), look)


def texts(path: Path) -> list[str]:
    root = ElementTree.fromstring(path.read_bytes())
    return ["".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")]


def test_an_svg_writes_the_name_of_each_layer_once(tmp_path):
    graph = load("small-resnet").graph
    save(drawing(graph), tmp_path / "net.svg", Choice("svg"))

    written = texts(tmp_path / "net.svg")
    assert {name: written.count(name) for name in graph} == dict.fromkeys(graph, 1)


def test_a_long_name_is_not_cut_in_a_vector_picture(tmp_path):
    name = "a_name_that_is_far_too_long_for_a_card_of_this_size"
    graph = Graph({name: Node(Input(sample=(4,))), "end": Node(Output(), (Wire(name),))})
    save(drawing(graph), tmp_path / "net.svg", Choice("svg"))

    assert name in texts(tmp_path / "net.svg")


def test_an_svg_is_made_of_vectors_and_names_a_font_that_everyone_has(tmp_path):
    save(drawing(load("digits-cnn").graph), tmp_path / "net.svg", Choice("svg"))

    content = (tmp_path / "net.svg").read_text()
    assert "<image" not in content
    assert all("sans-serif" in family for family in re.findall('font-family="[^"]*"', content))


def test_a_pdf_is_one_page_of_vectors_as_large_as_the_drawing(tmp_path):
    made = drawing(load("digits-cnn").graph)
    save(made, tmp_path / "net.pdf", Choice("pdf"))

    content = (tmp_path / "net.pdf").read_bytes()
    (box,) = re.findall(rb"/MediaBox \[([^\]]*)\]", content)
    _left, _top, wide, high = map(float, box.split())
    assert wide == pytest.approx(made.area.width() * 0.75, abs=1)
    assert high == pytest.approx(made.area.height() * 0.75, abs=1)
    assert b"/Subtype /Image" not in content


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_png_shows_the_whole_page_at_the_scale_in_the_colors_asked_for(tmp_path, scale, look):
    made = drawing(load("digits-cnn").graph, look)
    note = save(made, tmp_path / "net.png", Choice("png", scale))

    image = QImage(str(tmp_path / "net.png"))
    assert note == ""
    assert image.width() == pytest.approx(made.area.width() * scale, abs=1)
    assert image.height() == pytest.approx(made.area.height() * scale, abs=1)
    assert image.pixelColor(1, 1) == look.bg0


def test_the_ground_of_a_png_can_be_clear(tmp_path):
    made = drawing(load("digits-cnn").graph)
    save(made, tmp_path / "net.png", Choice("png", transparent=True))

    image = QImage(str(tmp_path / "net.png"))
    assert image.pixelColor(1, 1).alpha() == 0
    card = image.pixelColor(2 * (40 + 104), 2 * (40 + 44))
    assert card.alpha() == 255


def test_a_picture_leaves_the_window_in_its_own_colors(tmp_path):
    before = theme.current()
    save(drawing(load("digits-cnn").graph, LIGHT), tmp_path / "net.svg", Choice("svg"))

    assert theme.current() is before


def test_shared_weights_are_linked_in_a_picture(tmp_path):
    graph = Graph(
        {
            "ids": Node(Input(sample=(4,), dtype="int64")),
            "words": Node(Embedding(num_embeddings=9, embedding_dim=4), (Wire("ids"),)),
            "head": Node(Linear(out_features=9, bias=False), (Wire("words"),)),
        }
    )
    tied = graph.with_node("head", graph["head"].changed(tied={"weight": "words.weight"}))
    save(drawing(graph), tmp_path / "plain.svg", Choice("svg"))
    save(drawing(tied), tmp_path / "tied.svg", Choice("svg"))

    assert "stroke-dasharray" not in (tmp_path / "plain.svg").read_text()
    assert "stroke-dasharray" in (tmp_path / "tied.svg").read_text()


def test_a_huge_picture_is_made_smaller_and_one_far_too_large_is_refused(tmp_path):
    chain = {"n0": Node(Input(sample=(4,)))}
    chain |= {f"n{i}": Node(Output(), (Wire(f"n{i - 1}"),)) for i in range(1, 1200)}
    note = save(drawing(Graph(chain)), tmp_path / "net.png", Choice("png", 4.0))
    assert "%" in note
    size = QImageReader(str(tmp_path / "net.png")).size()
    assert max(size.width(), size.height()) <= 16_000

    many = {f"n{i}": Node(Input(sample=(4,)), at=(0.0, 90.0 * i)) for i in range(4001)}
    with pytest.raises(StudioError, match="too large"):
        save(drawing(Graph(many)), tmp_path / "more.png", Choice("png"))
    with pytest.raises(StudioError, match="nothing to draw"):
        save(drawing(Graph()), tmp_path / "none.png", Choice("png"))


def test_a_place_that_refuses_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError):
        save(drawing(load("digits-cnn").graph), tmp_path / "file" / "net.svg", Choice("svg"))


def test_the_dialog_says_what_was_chosen_and_only_pixels_have_a_size(qtbot):
    dialog = PictureDialog()
    qtbot.addWidget(dialog)

    assert dialog.wish() == Wish(Choice("svg", 2.0, transparent=False), "light")
    assert not dialog.scale.isEnabled()
    dialog.format.set_value("png")
    dialog.format.chosen.emit("png")
    dialog.clear.setChecked(True)
    dialog.scheme.set_value("dark")
    assert dialog.scale.isEnabled()
    assert dialog.wish() == Wish(Choice("png", 2.0, transparent=True), "dark")


def test_the_window_exports_what_is_open_and_says_where(workspace, tmp_path, qapp):
    told: list[str] = []
    workspace.notice.connect(lambda notice: told.append(notice.text))
    exports = Exports(workspace, None)
    exports.write_picture(tmp_path / "net.svg", Wish(Choice("svg"), "light"))
    exports.write_summary(tmp_path / "net.tex")
    exports.copy_summary()

    assert set(workspace.page) <= set(texts(tmp_path / "net.svg"))
    assert r"\bottomrule" in (tmp_path / "net.tex").read_text()
    assert qapp.clipboard().text().startswith(f"# {workspace.name}")
    assert str(tmp_path / "net.svg") in told[0]


def test_a_refused_export_is_a_notice(workspace, tmp_path):
    told: list[str] = []
    workspace.notice.connect(lambda notice: told.append(notice.severity))
    (tmp_path / "file").write_text("")
    Exports(workspace, None).write_summary(tmp_path / "file" / "net.md")

    assert told == ["error"]


def test_the_folder_of_an_export_is_remembered(tmp_path):
    preferences.update(export_folder=str(tmp_path))

    assert preferences.load().export_folder == str(tmp_path)
