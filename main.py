"""The CDKTF app: `cdktf synth` and `cdktf deploy <stack>` run it."""

import sys

from ml_platform.app import main

if __name__ == "__main__":
    sys.exit(main())
