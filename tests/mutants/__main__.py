"""Mutants: small changes of the code, one at a time, each of which some test should notice.

    python -m tests.mutants [--seed 11] [--count 420] [--workers 2] [--again]

Mutants are mutmut's, of statements inside functions and methods; words for people (literals with a space in them) stay
as they are.  Files are drawn from in proportion to what can be mutated in them.  ``plan.toml`` says which tests matter
for a folder and which mutants change nothing (equivalents).  Tests run in throw-away copies of the tree, each mutant in
a fork of this process that has loaded other people's packages and nothing of ours.  Outcomes are kept in build/mutants/
as they come: the same command goes on where it was stopped, ``--again`` runs survivors once more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from typing import Any, final

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "mutants"
PLAN = Path(__file__).with_name("plan.toml")
COPIED = ("games", "treaties", "tests", "papers", "README.md", "pyproject.toml")
OURS = ("games", "treaties", "tests")
LOADED_BEFORE = ("flint", "hypothesis.strategies", "jsonschema", "numba", "numpy", "pydantic", "scipy.optimize",
                 "scipy.sparse", "sympy")
LONGEST = 3.0
"""Tests that take more seconds of processor time than this are left out."""
GOAL = {"games/certificates": 0.9}
MOST_EQUIVALENT = 0.05


@final
@dataclass(frozen=True)
class Mutant:
    """One change of one file: where, the lines before and after, and the whole file with it."""

    file: str
    line: int
    before: str
    after: str
    code: str

    @property
    def key(self) -> str:
        """What the outcome is kept under."""
        return f"{self.file}:{self.line}\n{self.diff}"

    @property
    def diff(self) -> str:
        """Lines that go and lines that come."""
        return "\n".join([*(f"- {x}" for x in self.before.splitlines()), *(f"+ {x}" for x in self.after.splitlines())])


def mutations_of(file: str) -> tuple[Any, list[Any]]:
    """A file as mutmut reads it, and every mutation that may be drawn."""
    import libcst
    from mutmut.mutation.file_mutation import create_mutations

    module, mutations, _, _ = create_mutations(file, (ROOT / file).read_text(encoding="utf-8"))
    return module, [
        m for m in mutations if m.contained_by_top_level_function is not None
        and not (isinstance(m.original_node, libcst.SimpleString) and " " in m.original_node.value)]


def mutant_of(file: str, module: Any, mutation: Any) -> Mutant:
    """The file with one mutation."""
    from mutmut.mutation.file_mutation import deep_replace

    changed: Any = deep_replace(module, mutation.original_node, mutation.mutated_node)
    old, new = module.code.splitlines(), changed.code.splitlines()
    parts = [op for op in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if op[0] != "equal"]
    (first, last), (start, stop) = (parts[0][1], parts[-1][2]), (parts[0][3], parts[-1][4])
    before, after = ("\n".join(x.strip() for x in lines) for lines in (old[first:last], new[start:stop]))
    return Mutant(file, first + 1, before, after, changed.code)


def draw(folders: list[str], seed: int, count: int) -> list[Mutant]:
    """So many mutants, from each file in proportion to what can be mutated in it (largest remainders)."""
    files = sorted(str(f.relative_to(ROOT)) for folder in folders for f in (ROOT / folder).rglob("*.py"))
    found = {file: mutations_of(file) for file in files}
    total = sum(len(mutations) for _, mutations in found.values())
    exact = {file: count * len(mutations) / total for file, (_, mutations) in found.items()}
    share = {file: int(x) for file, x in exact.items()}
    for file in sorted(files, key=lambda f: share[f] - exact[f])[:count - sum(share.values())]:
        share[file] += 1
    return [
        mutant_of(file, module, mutation) for file, (module, mutations) in found.items()
        for mutation in random.Random(f"{seed} {file}").sample(mutations, share[file])]


@final
class QuickFirst:
    """Pytest plugin: runs quick tests first, leaves long ones out, notes what tests cost and which one fails."""

    def __init__(self, known: dict[str, float] | None = None) -> None:
        self.known = known
        self.cost: dict[str, float] = {}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.known is not None:
            known = self.known
            quick = (item for item in items if known.get(item.nodeid, LONGEST) < LONGEST)
            items[:] = sorted(quick, key=lambda item: known[item.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        start = time.process_time()
        outcome = yield
        self.cost[item.nodeid] = time.process_time() - start
        return outcome

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


def run_tests(copy: Path, tests: list[str], plugin: QuickFirst, seconds: float) -> int:
    """Fork; the child runs the tests in the copy and leaves what the plugin noted there.  The child's number."""
    if child := os.fork():
        return child
    try:
        os.chdir(copy)
        sys.path[0] = str(copy)
        for name in [m for m in sys.modules if m.split(".")[0] in OURS]:
            del sys.modules[name]
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        log = os.open(copy / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        code = pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", *tests], [plugin])
        (copy / "noted.json").write_text(json.dumps({"cost": plugin.cost, "failed": plugin.failed}))
        os._exit(code)
    finally:
        os._exit(99)


def outcome_of(status: int) -> str:
    """What the end of a run says of a mutant."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        return "timeout"
    return "survived" if status == 0 else "killed"


@final
class Runner:
    """Copies of the tree, and what tests cost where nothing is changed."""

    def __init__(self, plan: dict[str, Any], place: Path, workers: int) -> None:
        self.plan = plan
        self.copies = [place / str(k) for k in range(workers)]
        for copy in self.copies:
            copy.mkdir()
            for name in COPIED:
                (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, copy / name)
        self.known: dict[str, dict[str, float]] = {}

    def tests_for(self, file: str) -> list[str]:
        """The tests of every folder that the file lies in."""
        return [test for folder, tests in self.plan["tests"].items() if file.startswith(folder) for test in tests]

    def costs(self, tests: list[str]) -> dict[str, float]:
        """Processor time of each test where nothing is changed; all must pass."""
        for test in tests:
            if test not in self.known:
                copy = self.copies[0]
                if os.waitpid(run_tests(copy, [test], QuickFirst(), 3600), 0)[1]:
                    sys.exit(f"tests fail where nothing is changed:\n{(copy / 'log').read_text()}")
                cost = self.known[test] = json.loads((copy / "noted.json").read_text())["cost"]
                quick = [x for x in cost.values() if x < LONGEST]
                print(f"{test}: {len(quick)} tests, {sum(quick):.0f} s, and {len(cost) - len(quick)} longer ones that "
                      "are left out", flush=True)
        return {name: x for test in tests for name, x in self.known[test].items()}

    def run(self, mutants: list[Mutant]) -> Iterator[tuple[Mutant, str, str]]:
        """Each mutant with its outcome and the test that noticed it, as they come."""
        costs = {file: self.costs(self.tests_for(file)) for file in sorted({m.file for m in mutants})}
        free, waiting, active = list(self.copies), mutants[::-1], dict[int, tuple[Mutant, Path]]()
        while waiting or active:
            if free and waiting:
                mutant, copy = waiting.pop(), free.pop()
                (copy / mutant.file).write_text(mutant.code, encoding="utf-8")
                (copy / "noted.json").unlink(missing_ok=True)
                cost = costs[mutant.file]
                limit = 30 + 5 * sum(x for x in cost.values() if x < LONGEST)
                active[run_tests(copy, self.tests_for(mutant.file), QuickFirst(cost), limit)] = mutant, copy
                continue
            child, status = os.wait()
            mutant, copy = active.pop(child)
            noted = copy / "noted.json"
            yield mutant, outcome_of(status), json.loads(noted.read_text())["failed"] if noted.exists() else ""
            shutil.copy2(ROOT / mutant.file, copy / mutant.file)
            free.append(copy)


def report(mutants: list[Mutant], outcomes: dict[str, dict[str, str]], plan: dict[str, Any], seed: int) -> bool:
    """Print figures by folder and every survivor; whether the goals are met."""
    reasons = {(e["file"], e["before"], e["after"]): e["reason"] for e in plan["equivalent"]}
    counts: dict[str, Counter[str]] = {folder: Counter() for folder in plan["folders"]}
    for m in mutants:
        outcome, reason = outcomes[m.key]["outcome"], reasons.get((m.file, m.before, m.after))
        if outcome == "survived":
            outcome = "equivalent" if reason else outcome
            print(f"\n{outcome}: {m.file}:{m.line}\n{m.diff}" + (f"\n  ({reason})" if reason else ""))
        counts[next(f for f in counts if m.file.startswith(f))][outcome] += 1
    print(f"\nseed {seed}, {len(mutants)} mutants")
    met = sum(c["equivalent"] for c in counts.values()) <= MOST_EQUIVALENT * len(mutants)
    for folder, c in counts.items():
        total, noticed = c.total() - c["equivalent"], c["killed"] + c["timeout"]
        print(f"{folder}: {noticed} of {total} noticed ({noticed / max(total, 1):.1%}; {c['timeout']} by running on "
              f"and on), {c['survived']} survived, {c['equivalent']} equivalents")
        met &= noticed >= GOAL.get(folder, 0) * total
    return met


def main() -> int:
    """Draw, run what has no outcome yet, report; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--count", type=int, default=420)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="run survivors once more")
    options = parser.parse_args()
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    print(f"seed {options.seed}: drawing {options.count} mutants", flush=True)
    mutants = draw(plan["folders"], options.seed, options.count)
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"seed-{options.seed}.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    outcomes: dict[str, dict[str, str]] = {record["key"]: record for record in map(json.loads, lines)}
    left = [m for m in mutants if m.key not in outcomes or (
        options.again and outcomes[m.key]["outcome"] == "survived")]
    for name in LOADED_BEFORE:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="mutants-") as place, kept.open("a", encoding="utf-8") as out:
        for k, (m, outcome, test) in enumerate(Runner(plan, Path(place), options.workers).run(left)):
            outcomes[m.key] = {"key": m.key, "outcome": outcome, "by": test}
            print(json.dumps(outcomes[m.key]), file=out, flush=True)
            print(f"{k + 1}/{len(left)} {outcome} {m.file}:{m.line} {test}", flush=True)
    return 0 if report(mutants, outcomes, plan, options.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
