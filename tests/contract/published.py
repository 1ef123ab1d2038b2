"""What is known of published networks, and how far the gallery's are from it.

`python -m tests.contract.published [ID…]` prints what differs.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json

FILE = Path(__file__).resolve().parents[1] / "reference" / "networks.json"
NETWORKS: tuple[Mapping[str, Any], ...] = tuple(json.loads(FILE.read_text("utf-8"))["networks"])
KEYS = (
    "parameters",
    "trainable",
    "buffers",
    "tied",
    "layers_with_weights",
    "depth",
    "multiply_adds",
    "output_shapes",
    "standard_input",
)


def known(network: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a published network."""
    return {key: network[key] for key in KEYS}


def counted(name: str) -> dict[str, Any]:
    """Return the same facts as `layerwise analyze template:NAME --json` gives them."""
    said = as_json(analyze(gallery.load(name).graph))
    return {
        **{key: said[key] for key in KEYS if key in said},
        "parameters": said["parameters"]["total"],
        "trainable": said["parameters"]["trainable"],
        "tied": len(said["tied"]),
        "standard_input": said["input_shapes"],
    }


def differences(network: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for every fact that the gallery gets wrong."""
    wanted, found = known(network), counted(network["id"])
    for key in KEYS:
        if wanted[key] != found[key]:
            yield f"{network['id']}: {key} is {found[key]} instead of {wanted[key]}"


def main(wanted: list[str]) -> None:
    """Print what differs for the networks whose id contains one of `wanted`, or for all."""
    for network in NETWORKS:
        if wanted and not any(word in network["id"] for word in wanted):
            continue
        try:
            lines = list(differences(network)) or [f"{network['id']}: equal"]
        except Exception as error:  # noqa: BLE001  a tool for whoever draws the networks
            lines = [f"{network['id']}: {type(error).__name__}: {error}"]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
