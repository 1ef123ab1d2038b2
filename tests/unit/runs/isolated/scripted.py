"""A process that says what a test tells it to, in place of one that trains."""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Say and do what stands in the file that an environment variable names."""
    sys.stdin.readline()
    for act, value in json.loads(Path(os.environ["LAYERWISE_TEST_SCRIPT"]).read_text()):
        if act == "say":
            sys.stdout.write(json.dumps(value) + "\n")
            sys.stdout.flush()
        elif act == "complain":
            sys.stderr.write(value)
        elif act == "append":
            with Path(value[0]).open("a") as stream:
                stream.write(value[1])
        elif act == "wait":
            time.sleep(value)
        elif act == "exit":
            os._exit(value)


if __name__ == "__main__":
    main()
