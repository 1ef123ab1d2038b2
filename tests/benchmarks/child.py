"""The process of a run that also knows the samples made up for a benchmark."""

import os

import tests.benchmarks.arrays  # noqa: F401  files its source
from studio.runs.isolated.child import main

if __name__ == "__main__":
    os._exit(main())  # as the child itself ends
