"""The CDKTF app: `cdktf synth` and `cdktf deploy <stack>` run it."""

import sys

try:
    from ml_platform.app import main
except ModuleNotFoundError as missing:
    sys.exit(f"main.py: {missing.name} is not installed for {sys.executable}: run `make setup`, then `. .venv/bin/activate`.")

if __name__ == "__main__":
    sys.exit(main())
