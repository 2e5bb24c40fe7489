"""``python -m matchkit`` is the command line."""

import sys

from matchkit.cli import main

sys.exit(main())
