"""Settings that all tests share: no display, repeatable examples, and no test that is skipped unseen."""

from __future__ import annotations

import os
from collections.abc import Generator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("NO_COLOR", "1")

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

settings.register_profile("servanda", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("servanda-ci", settings.get_profile("servanda"), derandomize=True, database=None)
settings.load_profile("servanda-ci" if IN_CI else "servanda")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless it says "needs ..." and this is somebody's own machine."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if reason.startswith("needs ") and not IN_CI:
        return
    report.outcome = "failed"
    report.longrepr = (
        f"skipped: {reason}\nA skipped test proves nothing. Only a skip that says 'needs ...' is accepted, and not in "
        "continuous integration, which must install what is needed."
    )


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
