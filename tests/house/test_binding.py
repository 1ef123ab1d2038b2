"""PySide6 must not drop references to None (6.12.0 does, and aborts Python 3.11)."""

import subprocess
import sys


def test_twenty_thousand_void_calls_do_not_abort_python():
    code = (
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "for _ in range(20_000):\n"
        "    thing.setObjectName('x')\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
