"""`python -m rehearsal.emulated_aws`: an emulated AWS until Ctrl-C."""

import argparse
import os
import sys

from ml_platform.operations.stop import Stop, run


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.emulated_aws", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; a free one if left out")
    parser.add_argument("--account", default="123456789012", help="the account id it answers as")
    parser.add_argument("--while-stdin-open", action="store_true", help="end when standard input is closed, as when the parent dies")
    arguments = parser.parse_args()
    # moto reads it while it is imported.
    os.environ["MOTO_ACCOUNT_ID"] = arguments.account
    try:
        from rehearsal.emulated_aws.server import serve
    except ModuleNotFoundError as error:
        raise Stop(f"The emulated AWS needs the Python package {error.name}: `make setup` installs it.", 2) from None
    serve(arguments.port, while_stdin_open=arguments.while_stdin_open)


if __name__ == "__main__":
    sys.exit(run(main, "Ended."))
