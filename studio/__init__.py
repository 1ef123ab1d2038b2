"""Layerwise: build a neural network layer by layer, train it, freeze it, take it away.

The map of the house, in the order of the data; each package imports only those above it.

errors, paths     refusals that speak in sentences; where things lie
wording           languages, and numbers fit for people
storage, signals  files that are whole or absent; news of state that changed
setting, fields   settings declared once: bounds, hints, forms, JSON
families          kinds of things found by their word
catalogue         what can be placed: one class per layer type
graph             the document: frozen graphs, edits, undo, blocks, the file format
presets, gallery  blocks that come ready-made, and the published networks drawn with them
analysis          what is true of a graph: shapes, counts, depth, cost, findings
network           from document to torch.nn.Module
datasets          sources, splits and what is wrong with them
training          plan, events, the loop, freezing, schedules, metrics, checkpoints
runs              a run on disk: record, fold, list, compare
export            what can be taken away: summaries as Markdown, CSV and LaTeX
workspace         the open work without a window: document, data, plan, report, current run
ui                everything Qt
app, cli          the desktop program, and the same program without a window
"""

__version__ = "0.1.0"
