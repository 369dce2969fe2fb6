"""`python -m ml_platform.operations.bootstrap <environment>`: makes the store where the environment's states live.

The store is a stack like any other, `<environment>-state`, and its own state belongs into the store too. So the first deployment keeps
the state in a local file and copies it into the store as soon as there is one. Every step may be interrupted: run it again.
See docs/adr/0003-state-of-the-state-stack.md.
"""

import sys
import time
from pathlib import Path
from typing import Literal

from ml_platform.contract.environment import Environment
from ml_platform.discovery.discover import STATE_SUFFIX
from ml_platform.operations import command_line
from ml_platform.operations.stack_state import OUTPUT, StackState, State
from ml_platform.operations.stop import FAILED, Stop, run
from ml_platform.operations.tools import find_tools

SETTLE_SECONDS = 300
RETRY_SECONDS = 15


def bootstrap(environment: Environment, passed_on: list[str], project: Path) -> None:
    """Create or update the state stack of ``environment``, and leave its state in its own store."""
    tools = find_tools(project, environment.name)
    stack = StackState(tools, f"{environment.name}{STATE_SUFFIX}")
    tools.cdktf("synth", "--output", str(OUTPUT))
    deploy = ("deploy", stack.name, "--auto-approve", "--skip-synth", "--output", str(OUTPUT), *passed_on)
    store_answers = stack.use_store()
    if where(stack.name, stack.local(), stack.stored() if store_answers else None, store_answers=store_answers) == "store":
        stack.delete_local()
        tools.cdktf(*deploy)
        return
    stack.use_local()
    try:
        tools.cdktf(*deploy)
    finally:
        stack.forget_local()
    _move_into_store(stack)
    print(f"The state of {stack.name} now lives in its own store. Next: cdktf deploy {environment.name}")


def where(name: str, local: State | None, stored: State | None, *, store_answers: bool) -> Literal["store", "local"]:
    """Which of the two states is the one to go on from. Raises Stop where that is not certain: neither is ever overwritten blindly."""
    if local is not None and not local.resources:
        local = None
    if local is None and stored is None:
        if not store_answers:
            return "local"
        raise Stop(
            f"The store of {name} exists already, but holds no state of {name}, and there is none here in .bootstrap/: it was made by"
            " hand, or a bootstrap was interrupted and its file lost. Adopt it as docs/disaster-recovery.md says, or remove it if it is"
            " empty."
        )
    if local is None:
        return "store"
    if stored is None or stored.is_older_than(local):
        return "local"
    if stored.lineage == local.lineage or stored.holds_the_same_as(local):
        return "store"
    raise Stop(
        f"{name} has two states that do not belong together: one in its store and one in .bootstrap/{name}.tfstate. Move the file away if"
        " it is left over from an earlier store, then run the same command again."
    )


def _move_into_store(stack: StackState) -> None:
    local = stack.local()
    if local is None:
        raise Stop(f"cdktf deployed {stack.name} but left no state in {stack.local_file}. Nothing was copied into the store.")
    _when_settled(stack)
    stored = stack.stored()
    if stored is None or not stored.holds_the_same_as(local):
        raise Stop(f"The store holds another state of {stack.name} than {stack.local_file}, which is kept. Run the same command again.")
    stack.delete_local()


def _when_settled(stack: StackState) -> None:
    """Push the state, and try again for a while: a new store, and a new permission on it, take minutes to be known everywhere."""
    deadline = time.monotonic() + SETTLE_SECONDS
    last_reason = ""
    while True:
        try:
            if stack.use_store():
                stack.push()
                return
            reason = f"The store of {stack.name} does not answer yet, although it was just made."
        except Stop as stop:
            if stop.code != FAILED:
                raise
            reason = str(stop)
        if time.monotonic() > deadline:
            raise Stop(f"{reason} The state is safe in {stack.local_file}: run the same command again.")
        if reason != last_reason:
            print(f"{reason}\nTrying again for up to {SETTLE_SECONDS // 60} minutes.", file=sys.stderr, flush=True)
            last_reason = reason
        time.sleep(RETRY_SECONDS)


def main() -> None:
    """Read the command line and bootstrap."""
    environment, passed_on = command_line.parse("bootstrap", "Make the store where an environment's Terraform states live.")
    bootstrap(environment, passed_on, Path.cwd())


if __name__ == "__main__":
    sys.exit(run(main))
