"""Real tools. What is missing here skips a test with the reason; with REQUIRE_PROVIDERS=1 it fails it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ml_platform.operations.stop import NOT_HERE, Stop


@contextmanager
def skipping_what_is_not_here() -> Iterator[None]:
    """Skip the test where a Stop inside says that a provider plugin or an emulator cannot be installed on this machine."""
    try:
        yield
    except Stop as stop:
        if stop.code != NOT_HERE:
            raise
        if os.environ.get("REQUIRE_PROVIDERS") == "1":
            pytest.fail(f"REQUIRE_PROVIDERS=1, and: {stop}")
        pytest.skip(str(stop))
