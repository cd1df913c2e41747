"""`python -m zhanggui`: the command line."""

import sys

from zhanggui.config.commands.line import main

if __name__ == "__main__":
    sys.exit(main())
