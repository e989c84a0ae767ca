"""Settings that all tests share: no display, the same examples every time, and no test that is skipped."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Generator
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from tests.support.browser import BROWSER

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("NO_COLOR", "1")

# Examples are drawn from the text of the test, so that every run on every machine tries the same ones.
settings.register_profile(
    "servanda", max_examples=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow])
# `make test-slow` searches undirected, and wider: from a seed that it prints, so that a find can be had again.
settings.register_profile("search", settings.get_profile("servanda"), derandomize=False)
settings.load_profile("servanda")

WIDER = 4
"""How many times as many examples the profile ``search`` tries."""

OUTSIDE = {
    "browser": ("Chromium or Chrome on the path", BROWSER is not None),
    "gambit": ("package pygambit", find_spec("pygambit") is not None),
}
"""What no lock of packages brings, and whether this machine has it; tests that need it bear its name as a marker."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require", action="append", default=[], choices=list(OUTSIDE),
        help="refuse to run where this is missing, rather than leave out the tests that need it (may be repeated)")


def pytest_configure(config: pytest.Config) -> None:
    for name in config.getoption("--require"):
        what, found = OUTSIDE[name]
        if not found:
            raise pytest.UsageError(f"--require={name}: there is no {what}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Make the machine code that most tests need, before each of several processes makes all of it."""
    command = [sys.executable, "-m", "tests.support.kernels"]
    parts = [subprocess.Popen([*command, part], cwd=config.rootpath) for part in ("two_players", "three_players")]
    for part in parts:
        part.wait()  # a fault is left to the tests that meet it


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: do not look through them whenever cycles are looked for."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> list[str]:
    return [f"no {what}: tests marked {name} are left out" for name, (what, found) in OUTSIDE.items() if not found]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    missing = [name for name, (_, found) in OUTSIDE.items() if not found]
    left_out = [item for item in items if any(map(item.get_closest_marker, missing))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if settings.get_current_profile_name() == "search":
        for test in {item.obj for item in items if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)}:
            # A test names its number of examples itself; Hypothesis has no public way to ask for a multiple of it.
            usual = test._hypothesis_internal_use_settings
            test._hypothesis_internal_use_settings = settings(usual, max_examples=WIDER * usual.max_examples)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"skipped: {reason.removeprefix('Skipped: ')}\nA skipped test proves nothing."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed, new for every test."""
    return np.random.default_rng(20240229)
