"""`python -m ml_platform.operations.bootstrap <environment>`: makes the store where the environment's states live.

The store is a stack like any other, `<environment>-state`, and its own state belongs into the store too. So the first deployment keeps
the state in a local file and copies it into the store as soon as there is one. Every step may be interrupted: run it again.
See docs/adr/0003-state-of-the-state-stack.md.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ml_platform.contract.environment import STATE_SUFFIX, Environment
from ml_platform.operations import command_line
from ml_platform.operations.stack_state import OUTPUT, StackState, State
from ml_platform.operations.stop import FAILED, Stop, run
from ml_platform.operations.tools import find_tools

ADVICE = "What exists already and no state knows of is taken in with --adopt ADDRESS=ID, once for each (docs/operations.md)."

NOTHING: Mapping[str, str] = MappingProxyType({})

SETTLE_SECONDS = 300
RETRY_SECONDS = 15


def bootstrap(environment: Environment, passed_on: list[str], project: Path, adopted: Mapping[str, str] = NOTHING) -> None:
    """Create or update the state stack of ``environment``, and leave its state in its own store.

    ``adopted`` maps addresses to the ids of what exists already and no state knows of: a bootstrap was killed while it was being made.
    """
    tools = find_tools(project, environment.name)
    stack = StackState(tools, f"{environment.name}{STATE_SUFFIX}")
    tools.cdktf("synth", "--output", str(OUTPUT))
    deploy = ("deploy", stack.name, "--auto-approve", "--skip-synth", "--output", str(OUTPUT), *passed_on)
    store_answers = stack.use_store()
    local, stored = stack.local(), stack.stored() if store_answers else None
    if where(stack.name, local, stored, makes_store=not store_answers or bool(adopted)) == "store":
        stack.delete_local()
        stack.adopt(adopted, stored)
        tools.cdktf(*deploy)
        return
    stack.use_local()
    try:
        stack.adopt(adopted, local)
        tools.cdktf(*deploy)
    except Stop as stop:
        raise Stop(f"{stop} {ADVICE}", stop.code) from None
    finally:
        stack.forget_local()
    _move_into_store(stack)
    print(f"The state of {stack.name} now lives in its own store. Next: cdktf deploy {environment.name}")


def where(name: str, local: State | None, stored: State | None, *, makes_store: bool) -> Literal["store", "local"]:
    """Which of the two states is the one to go on from. Raises Stop where that is not certain: neither is ever overwritten blindly."""
    if local is not None and not local.resources:
        local = None
    if local is None and stored is None:
        if makes_store:
            return "local"
        raise Stop(
            f"The store of {name} exists already, but holds no state of {name}, and there is none here in .bootstrap/: it was made by"
            f" hand, or a bootstrap was interrupted and its file lost. Remove it if it is empty, or adopt it. {ADVICE}"
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
    parser = argparse.ArgumentParser(
        prog="python -m ml_platform.operations.bootstrap", description="Make the store where an environment's Terraform states live."
    )
    parser.add_argument(
        "--adopt", action="append", default=[], metavar="ADDRESS=ID", help="take in what exists already, though no state knows of it"
    )
    environment, options, passed_on = command_line.parse(parser)
    pairs = [text.partition("=") for text in options.adopt]
    if not all(address and identifier for address, _, identifier in pairs):
        raise Stop("--adopt wants ADDRESS=ID, for example aws_s3_bucket.state-backend_store_bucket_B7C9314C=my-bucket.")
    bootstrap(environment, passed_on, Path.cwd(), {address: identifier for address, _, identifier in pairs})


if __name__ == "__main__":
    sys.exit(run(main))
