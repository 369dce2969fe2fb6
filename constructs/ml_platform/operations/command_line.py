"""What the commands have in common: one environment's name, and whatever else is meant for cdktf."""

import argparse
from pathlib import Path

from ml_platform.app import ENVIRONMENTS
from ml_platform.contract.environment import Environment
from ml_platform.discovery.discover import discover
from ml_platform.discovery.mistake import WrongEnvironments
from ml_platform.operations.stop import Stop


def parse(parser: argparse.ArgumentParser) -> tuple[Environment, argparse.Namespace, list[str]]:
    """Read the command line: the environment, the options of ``parser``, and the arguments to pass on to cdktf."""
    parser.epilog = "Other arguments are passed on to cdktf."
    parser.allow_abbrev = False
    parser.add_argument("environment", help="its name, for example aws-dev")
    options, passed_on = parser.parse_known_args()
    return find_environment(options.environment), options, passed_on


def find_environment(name: str) -> Environment:
    """The environment called ``name`` of the project in the working directory. Raises Stop that names those there are."""
    if not Path("cdktf.json").exists():
        raise Stop(f"There is no cdktf.json in {Path.cwd()}: run this in the project's own folder.")
    try:
        environments = {environment.name: environment for environment in discover(ENVIRONMENTS)}
    except WrongEnvironments as error:
        raise Stop(str(error)) from None
    if name not in environments:
        raise Stop(f"There is no environment {name!r}. Allowed: {', '.join(environments)}.")
    return environments[name]
