"""Small networks that write, one token after the other, for tests."""

from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json


def speaker(window: int, words: int) -> Graph:
    """Goes on with a text of so many different tokens."""
    return graph_from_json(
        {
            "tokens": {"type": "input", "shape": [window], "dtype": "int64"},
            "table": {
                "type": "embedding",
                "num_embeddings": words,
                "embedding_dim": 16,
                "from": ["tokens"],
            },
            "memory": {"type": "gru", "hidden_size": 32, "from": ["table"]},
            "last": {"type": "linear", "out_features": words, "from": ["memory"]},
            "scores": {"type": "output", "from": ["last"]},
        }
    )


def translator(lengths: tuple[int, int], words: tuple[int, int]) -> Graph:
    """Reads a sentence, and writes another from the state it ends with."""
    table = {"type": "embedding", "embedding_dim": 16}
    reader = {"type": "gru", "hidden_size": 32, "return_state": True}
    return graph_from_json(
        {
            "tokens": {"type": "input", "shape": [lengths[0]], "dtype": "int64"},
            "read": {**table, "num_embeddings": words[0], "from": ["tokens"]},
            "reader": {**reader, "from": ["read"]},
            "target": {"type": "input", "shape": [lengths[1]], "dtype": "int64"},
            "seen": {**table, "num_embeddings": words[1], "from": ["target"]},
            "writer": {"type": "gru", "hidden_size": 32, "from": ["seen", "reader.1"]},
            "last": {"type": "linear", "out_features": words[1], "from": ["writer"]},
            "scores": {"type": "output", "from": ["last"]},
        }
    )
