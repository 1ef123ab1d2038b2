"""No mutant of a file makes a reader crash, hang, or warn; the long run is fuzz_readers.py."""

import pytest

from tests.reliability.fuzz_readers import findings
from tests.reliability.readers import READERS

MUTANTS = 200


@pytest.mark.parametrize("kind", READERS)
def test_mutants_of_a_file_are_read_or_refused(kind):
    assert [(found.number, found.what) for found in findings(kind, MUTANTS, seed=0)] == []
