"""Loads one provider's bindings without importing all of them.

The root module of ``cdktf_cdktf_provider_*`` imports about 2,000 submodules, 10 seconds and 400 MB a provider, of which a stack
needs a few dozen. Registering the package without running that root module makes ``from cdktf_cdktf_provider_aws.vpc import Vpc`` load
one submodule; the output is the same to the byte (tests/environments/test_loading.py).
To be removed with bindings whose root is lazy by itself (cdktn 0.24).
"""

import importlib.util
import sys


def load(package: str) -> None:
    """Make the submodules of ``package`` importable one by one. Does nothing if it is loaded already.

    Raises ModuleNotFoundError where it is not installed.
    """
    if package in sys.modules:
        return
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"{package} is not installed: run `make setup`", name=package)
    sys.modules[package] = importlib.util.module_from_spec(spec)
