"""`python -m rehearsal <stack>`: deploys an environment where there is no account, and says how it went."""

import argparse
import signal
import sys
from pathlib import Path

from ml_platform.contract.environment import STATE_SUFFIX, AwsEnvironment
from ml_platform.operations.command_line import find_environment
from ml_platform.operations.stop import run
from rehearsal import aws, mocked
from rehearsal.report import Report


def main() -> None:
    """Read the command line and rehearse."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("stack", nargs="?", default="aws-dev", help="an environment's name (default: aws-dev)")
    parser.add_argument("--port", type=int, default=0, help="the emulated AWS's port (default: a free one)")
    arguments = parser.parse_args()
    # A state stack is rehearsed together with its environment.
    environment = find_environment(arguments.stack.removesuffix(STATE_SUFFIX))
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    report = Report()
    if isinstance(environment, AwsEnvironment):
        aws.rehearse(environment, Path.cwd(), report, arguments.port)
        report.total()
    else:
        mocked.rehearse(environment, Path.cwd(), report)
        report.total()
        print(f"\n{mocked.LIMITS}")


def _interrupt(*_: object) -> None:
    # Cleaning up takes a second; impatience must not break it off.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(run(main, "Interrupted. Nothing is left of the rehearsal."))
