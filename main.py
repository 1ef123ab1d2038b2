"""Start the studio from a checkout: `python main.py [PROJECT]`."""

import sys

from studio.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
