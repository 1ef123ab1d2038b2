"""`layerwise train`: a run from the command line, with the same loop as in the window."""

import argparse
import importlib
from pathlib import Path
from typing import Any

from studio.cli import output, processes
from studio.cli.overrides import overridden
from studio.cli.progress import Progress
from studio.cli.project import TEMPLATE, project
from studio.cli.resumption import frozen_marks, require_resumable
from studio.cli.several import DONE, ENDED_EARLY, Trained, one_after_another
from studio.cli.signals import stopping
from studio.cli.stream import EventStream, event_stream
from studio.datasets.source import read_source
from studio.errors import SettingError, TrainingError
from studio.graph.file import ProjectFile
from studio.paths import runs_of
from studio.runs.history import History
from studio.runs.info import read_info
from studio.runs.request import RunRequest
from studio.runs.resuming import LAST, resumable
from studio.storage import read_json
from studio.training import idling
from studio.training.control import Control
from studio.training.events import Ended
from studio.training.plan import read_plan
from studio.wording import _

_EARLY = frozenset({"stopped", "failed"})


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Train a network; Ctrl+C stops and saves.")
    parser = subparsers.add_parser("train", help=help_text, description=help_text)
    add_argument = parser.add_argument
    _add_files(parser)
    add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="assignments",
        help=_("Change a setting: plan.epochs=2, data.folder=mnist, graph.conv2d_1.frozen=true."),
    )
    add_argument("--runs", metavar="DIR", type=Path, help=_("Where the run is to lie."))
    add_argument("--events", metavar="-|PATH", help=_("Write every event as a line of JSON."))
    _add_beginning(parser)
    add_argument("--device", choices=("auto", "cpu", "cuda"), help=_("Where the network runs."))
    add_argument("--json", action="store_true", help=_("Answer with one JSON object."))
    processes.add_options(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help=_("A project file, or template:NAME; with --from or --resume it may be left out."),
    )
    parser.add_argument(
        "more", metavar="FILE", nargs="*", help=_("More projects, trained one after the other.")
    )


def _add_beginning(parser: argparse.ArgumentParser) -> None:
    parents = parser.add_mutually_exclusive_group()
    parents.add_argument("--resume", metavar="RUN", type=Path, help=_("Go on with a run."))
    parents.add_argument(
        "--from", metavar="RUN", type=Path, dest="parent", help=_("Start from a run's weights.")
    )
    parser.add_argument(
        "--checkpoint", metavar="NAME", help=_("With --from: which weights, as best; else last.")
    )


def run(args: argparse.Namespace) -> int:
    """Train, alone or with other processes, and say how it went; 3 if it ended early."""
    processes.require_sense(args)
    if args.processes > 1 and not processes.is_one_of_several():
        return processes.launched(args)
    with processes.together(args) as args.sharing:
        if args.sharing is None or args.sharing.leads:
            return _run(args)
        return processes.helped(args.sharing)


def _run(args: argparse.Namespace) -> int:
    if args.json and args.events == "-":
        raise SettingError(
            _("--json and --events - both write to the standard output."),
            _("Write the events to a file."),
        )
    if args.more and args.resume is not None:
        require_resumable(args.file, args.assignments)
    files = (args.file, *args.more)
    with event_stream(args.events, (*files, args.resume, args.parent)) as stream:
        if args.more:
            return one_after_another(args, lambda one: _trained(one, stream))
        answer, status = _trained(args, stream)
    if args.json:
        output.emit(answer)
    return status


def _trained(args: argparse.Namespace, stream: EventStream) -> Trained:
    """Train one run and say how it went, unless that is answered in JSON."""
    asked = request(args)
    control = Control()
    if args.resume is not None:
        control.set_frozen(frozen_marks(asked.graph, args.assignments))
    history = _followed(asked, control, stream, args.sharing)
    folder = args.resume or asked.folder
    if history.started is not None and not args.resume:
        folder = asked.folder / history.started.run
    ended = history.ended
    assert ended is not None, "a run always ends with Ended"
    if not args.json and ended.reason != "failed":
        (output.note if args.events == "-" else output.say)(_sentence(folder, ended))
    complaint = ended.message if ended.reason == "failed" else control.refusal
    if complaint:
        output.complain(complaint)
    return Trained(_result(folder, ended), ENDED_EARLY if ended.reason in _EARLY else DONE)


def _followed(
    asked: RunRequest, control: Control, stream: EventStream, sharing: Any = None
) -> History:
    """Perform a run, tell on the way what happens, and return all of it."""
    history = History()
    idling.be_brief()
    perform = importlib.import_module("studio.runs.perform").perform
    with stopping(control), Progress() as progress:
        several = {} if sharing is None else {"sharing": sharing}
        for event in perform(asked, control, own_plan=False, **several):
            history = history.folded(event)
            stream.write(event)
            progress.show(event, history)
            if control.refusal:  # better to stop than to go on with the wrong layers frozen
                control.stop()
    return history


def request(args: argparse.Namespace) -> RunRequest:
    """Return what the command line asks for; raises StudioError if that is not possible."""
    parent = args.resume or args.parent
    opened = overridden(_project(args), _assignments(args), _base(args))
    if not opened.data:
        raise TrainingError(
            _("The project does not say which data to train on."),
            _("Add them: --set data=digits, or --set data.type=mnist --set data.folder=DIR."),
        )
    return RunRequest(
        graph=opened.graph,
        source=read_source(opened.data),
        plan=read_plan(opened.plan),
        folder=_runs_folder(args, parent),
        parent=parent,
        resume=args.resume is not None,
        checkpoint=_start_name(args),
    )


def _start_name(args: argparse.Namespace) -> str:
    """Return which checkpoint of its parent a run starts from."""
    if args.checkpoint is not None and args.parent is None:
        raise SettingError(
            _("--checkpoint needs a run to start from."), _("Name one with --from RUN.")
        )
    return str(args.checkpoint or LAST)


def _project(args: argparse.Namespace) -> ProjectFile:
    """Return the project that is meant, as it is without the settings of the command line."""
    if args.resume is not None:
        require_resumable(args.file, args.assignments)
        return resumable(args.resume)
    if args.file is not None:
        return project(args.file)
    if args.parent is None:
        raise SettingError(
            _("train needs a project file."), _("Give one, or template:NAME, or --from RUN.")
        )
    return read_info(args.parent).project


def _base(args: argparse.Namespace) -> Path:
    """Return the folder from which relative paths in the project are meant."""
    # absolute, so that the run can be used from any other folder later
    if args.file is not None:
        return Path(args.file).absolute().parent
    return Path(args.resume or args.parent).absolute()


def _assignments(args: argparse.Namespace) -> list[str]:
    device = [f"plan.device={args.device}"] if args.device else []
    return [*args.assignments, *device]


def _runs_folder(args: argparse.Namespace, parent: Path | None) -> Path:
    if args.resume is not None:
        return Path(args.resume).resolve().parent
    if args.runs is not None:
        return Path(args.runs)
    if args.file is None:
        assert parent is not None
        return parent.resolve().parent
    if args.file.startswith(TEMPLATE):
        return runs_of(Path.cwd() / args.file.removeprefix(TEMPLATE))
    return runs_of(Path(args.file))


def _result(folder: Path, ended: Ended) -> dict[str, Any]:
    return {
        "run": str(folder),
        "reason": ended.reason,
        "steps": ended.step,
        "seconds": ended.seconds,
        "samples_per_second": ended.samples_per_second,
        "metrics": {part: dict(metrics) for part, metrics in ended.metrics.items()},
        "frozen_tensors": ended.frozen_tensors,
        "frozen_unchanged": ended.frozen_unchanged,
        "checkpoint": _checkpoint(folder / "checkpoints" / "last.json"),
        "message": ended.message,
    }


def _checkpoint(manifest: Path) -> str | None:
    """Return the file of weights that a manifest names, if there is one."""
    if not manifest.is_file():
        return None
    values = read_json(manifest)
    name = values.get("file") if isinstance(values, dict) else None
    return str(manifest.with_name(str(name))) if name else None


def _sentence(folder: Path, ended: Ended) -> str:
    scores = ", ".join(
        f"{part} {name} {value:.4g}"
        for part, metrics in ended.metrics.items()
        for name, value in metrics.items()
        if name in {"loss", "accuracy", "r2"}
    )
    return _("{run}: {reason} after {steps} steps and {seconds:.1f} s. {scores}").format(
        run=folder, reason=_(ended.reason), steps=ended.step, seconds=ended.seconds, scores=scores
    )
