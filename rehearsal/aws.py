"""Rehearses an AWS environment: the product's own commands, real Terraform and the real provider, on an emulated AWS."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ml_platform.contract.environment import STATE_SUFFIX, AwsEnvironment
from ml_platform.operations.stop import Stop
from rehearsal import report as reports
from rehearsal.emulated_aws.contents import object_keys, tagged
from rehearsal.emulated_aws.start import EmulatedAws, emulated_aws
from rehearsal.report import Report, failure, succeeded
from rehearsal.scratch import Outcome, Scratch, scratch

# The registry, which `terraform providers lock` insists on, may be out of reach.
CDKTF = ("--skip-provider-lock", "--no-color")
APPROVED = ("--auto-approve", *CDKTF)


@dataclass(frozen=True)
class Stage:
    """An emulated AWS, and a copy of the project whose commands use it."""

    scratch: Scratch
    aws: EmulatedAws

    def run(self, *command: str) -> Outcome:
        """Run ``command`` to its end."""
        return self.scratch.run(*command)

    def operation(self, name: str, *arguments: str) -> Outcome:
        """Run one of the product's operations, as a user does."""
        return self.run(sys.executable, "-m", f"ml_platform.operations.{name}", *arguments, *CDKTF)


@contextmanager
def stage(environment: AwsEnvironment, project: Path, port: int = 0) -> Iterator[Stage]:
    """An emulated AWS account for ``environment``, and a copy of ``project``. Nothing of either is left after the block."""
    with ExitStack() as stack:
        aws = stack.enter_context(emulated_aws(environment.account.account_id, port))
        yield Stage(stack.enter_context(scratch(project, {**aws.variables, "ENVIRONMENTS": environment.name})), aws)


def rehearse(environment: AwsEnvironment, project: Path, report: Report, port: int = 0) -> None:
    """Deploy ``environment`` and its state store, plan again, destroy. Raises Stop where a step does not do what it should."""
    with ExitStack() as stack:
        stages: list[Stage] = []

        def start() -> str:
            stages.append(stack.enter_context(stage(environment, project, port)))
            return f"{stages[0].aws.endpoint}, account {environment.account.account_id}"

        report.step("start the emulated AWS", start)
        try:
            _perform(stages[0], environment, report)
        except Stop as stop:
            faults = stages[0].aws.faults().splitlines()[-reports.TAIL_LINES :]
            if faults:
                raise Stop(
                    "\n".join([f"{stop}", "\nThe emulated AWS could not answer:", *(f"  {line}" for line in faults)]), stop.code
                ) from None
            raise


def _perform(on: Stage, environment: AwsEnvironment, report: Report) -> None:
    name = environment.name
    store = f"{name}{STATE_SUFFIX}"
    report.step(f"bootstrap {name}", lambda: reports.counts(succeeded(on.operation("bootstrap", name))))
    report.step(f"cdktf deploy {name}", lambda: reports.counts(succeeded(on.run("cdktf", "deploy", name, *APPROVED))))
    report.step("look into the state store", lambda: _stored(on.aws, environment))
    report.step(f"cdktf diff {name}", lambda: _unchanged(on.run("cdktf", "diff", name, *CDKTF)))
    report.step(f"cdktf diff {store}", lambda: _unchanged(on.run("cdktf", "diff", store, *CDKTF)))
    if environment.tier == "prod":
        report.step(f"teardown {name}", lambda: _refused(on.operation("teardown", name, "--auto-approve"), "prod is never torn down"))
        report.step(
            f"cdktf destroy {store}", lambda: _refused(on.run("cdktf", "destroy", store, *APPROVED), "Instance cannot be destroyed")
        )
        return
    report.step(f"cdktf destroy {name}", lambda: reports.counts(succeeded(on.run("cdktf", "destroy", name, *APPROVED))))
    report.step(f"teardown {name}", lambda: reports.counts(succeeded(on.operation("teardown", name, "--auto-approve"))))
    report.step("look for leftovers", lambda: _nothing_left(on.aws, environment))


def _stored(aws: EmulatedAws, environment: AwsEnvironment) -> str:
    bucket = environment.state_backend.bucket
    stacks = (environment.name, f"{environment.name}{STATE_SUFFIX}")
    keys = object_keys(aws.endpoint, bucket)
    missing = {key for stack in stacks for key in (f"{stack}.tfstate", f"{stack}.tfstate.tflock")} - keys
    if missing:
        raise Stop(f"s3://{bucket} never held {', '.join(sorted(missing))}: the backend was not used as it should.")
    return f"{' and '.join(stacks)} have their states and locks there"


def _nothing_left(aws: EmulatedAws, environment: AwsEnvironment) -> str:
    left = tagged(aws.endpoint, environment.account.region, "environment", environment.name)
    if left:
        raise Stop(f"Destroyed, and yet there: {', '.join(left)}.")
    return "none"


def _unchanged(outcome: Outcome) -> str:
    if "No changes." not in succeeded(outcome).output:
        raise failure(outcome, "plans changes to what was just deployed")
    return "no changes"


def _refused(outcome: Outcome, reason: str) -> str:
    if outcome.code == 0 or reason not in outcome.output:
        raise failure(outcome, f"was not refused with {reason!r}")
    return f"refused, as it should be: {reason}"
