"""`python -m ml_platform.operations.teardown <environment>`: destroys a dev environment and the store of its states. prod is refused."""

import argparse
import sys
from pathlib import Path

from ml_platform.contract.environment import STATE_SUFFIX, Environment
from ml_platform.operations import command_line
from ml_platform.operations.bootstrap import where
from ml_platform.operations.stack_state import OUTPUT, StackState
from ml_platform.operations.stop import Stop, run
from ml_platform.operations.tools import Tools, find_tools

APPROVED = "--auto-approve"


def teardown(environment: Environment, passed_on: list[str], project: Path) -> None:
    """Destroy the environment's stack, then its state stack. May be interrupted at any step, and run again.

    Raises Stop, and does nothing, where the environment is prod.
    """
    refuse_prod(environment)
    tools = find_tools(project, environment.name)
    stack = StackState(tools, f"{environment.name}{STATE_SUFFIX}")
    tools.cdktf("synth", "--output", str(OUTPUT))
    store_answers = stack.use_store()
    local, stored = stack.local(), stack.stored() if store_answers else None
    if not store_answers and (local is None or not local.resources):
        print(f"There is nothing to destroy: {environment.name} has no state store.")
        return
    newest = where(stack.name, local, stored, makes_store=False)
    if store_answers:
        _destroy_platform(tools, environment, passed_on)
    if newest == "store" and stored is not None:
        # The store is about to go, and its state with it.
        stack.write_local(stored)
    stack.use_local()
    try:
        _destroy(tools, stack.name, passed_on)
    finally:
        stack.forget_local()
    left = stack.local()
    if left is not None and left.resources:
        raise Stop(f"{stack.name} still holds {len(left.resources)} resources; its state is in {stack.local_file}. Run this again.")
    stack.delete_local()
    print(f"{environment.name} and {stack.name} are destroyed.")


def _destroy_platform(tools: Tools, environment: Environment, passed_on: list[str]) -> None:
    platform = StackState(tools, environment.name)
    if not platform.use_store():
        return
    state = platform.stored()
    if state is None or not state.resources:
        return
    _destroy(tools, platform.name, passed_on)
    state = platform.stored()
    if state is not None and state.resources:
        raise Stop(f"{platform.name} still holds {len(state.resources)} resources, so its state store is kept. Run this again.")


def _destroy(tools: Tools, name: str, passed_on: list[str]) -> None:
    tools.cdktf("destroy", name, APPROVED, "--skip-synth", "--output", str(OUTPUT), *passed_on)


def _approve(environment: Environment) -> None:
    if not sys.stdin.isatty():
        raise Stop(f"This destroys {environment.name} and all its states. Where nobody can be asked, say {APPROVED}.")
    if input(f"This destroys {environment.name} and all its states. Type its name to go on: ").strip() != environment.name:
        raise Stop("Nothing was destroyed.")


def refuse_prod(environment: Environment) -> None:
    """Raise Stop if ``environment`` is prod."""
    if environment.tier == "prod":
        raise Stop(
            f"{environment.name} is prod, and prod is never torn down by a command: nothing was done."
            " docs/operations.md says how to retire one by hand."
        )


def main() -> None:
    """Read the command line, ask, and tear down."""
    parser = argparse.ArgumentParser(
        prog="python -m ml_platform.operations.teardown", description="Destroy a dev environment and the store of its Terraform states."
    )
    parser.add_argument(APPROVED, action="store_true", help="do not ask")
    environment, options, passed_on = command_line.parse(parser)
    refuse_prod(environment)
    if not options.auto_approve:
        _approve(environment)
    teardown(environment, passed_on, Path.cwd())


if __name__ == "__main__":
    sys.exit(run(main))
