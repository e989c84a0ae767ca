"""Mutants: small changes of the code, one at a time, each of which some test should notice.

    python -m tests.mutants [--seed 11] [--count 420] [--workers 2] [--again]

Mutants are mutmut's, of statements inside functions and methods; words for people (literals with a space in them) stay
as they are, and so do parameters' defaults.  Files are drawn from in proportion to what can be mutated in them.
``plan.toml`` says which tests matter for a folder and which mutants change nothing (equivalents).  No file is touched:
tests are collected once per list of tests, and for each mutant a fork of that process puts the function's new code in
the place of the old and runs tests, quick ones first, until one fails.  Outcomes are kept in build/mutants/ as they
come: the same command goes on where it was stopped, ``--again`` runs survivors once more.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import resource
import signal
import sys
import time
import tomllib
import traceback
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, final

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "mutants"
PLAN = Path(__file__).with_name("plan.toml")
LONGEST = 3.0
"""Tests that take more seconds of processor time than this are left out."""
GOAL = {"games/certificates": 0.9}
MOST_EQUIVALENT = 0.05
FAILED_ITSELF = 3
"""Exit status of a fork in which no test failed, but this program."""


@final
@dataclass(frozen=True)
class Mutant:
    """One change of one function: where, the lines before and after, and the whole file with it."""

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
    if not parts:
        return Mutant(file, 0, "", "", module.code)
    (first, last), (start, stop) = (parts[0][1], parts[-1][2]), (parts[0][3], parts[-1][4])
    before, after = ("\n".join(x.strip() for x in lines) for lines in (old[first:last], new[start:stop]))
    return Mutant(file, first + 1, before, after, changed.code)


def functions(code: CodeType) -> Iterator[CodeType]:
    """The code of every function and method of a module or class, those inside functions left out."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & 2:                      # it has local variables of its own: a function, no class
                yield inner
            else:
                yield from functions(inner)


def changed_functions(mutant: Mutant) -> list[CodeType]:
    """The code that a mutant has in another form."""
    old, new = (
        list(functions(compile(source, mutant.file, "exec", dont_inherit=True)))
        for source in ((ROOT / mutant.file).read_text(encoding="utf-8"), mutant.code))
    return [b for a, b in zip(old, new, strict=True) if a.replace(co_firstlineno=0) != b.replace(co_firstlineno=0)]


def put_in_place(mutant: Mutant) -> None:
    """Give the functions of the loaded module their new code."""
    module = import_module(mutant.file.removesuffix(".py").replace("/", "."))
    holders = [module, *(x for x in vars(module).values() if isinstance(x, type) and x.__module__ == module.__name__)]
    changed = {code.co_qualname: code for code in changed_functions(mutant)}
    found = [
        f for holder in holders for x in vars(holder).values()
        if isinstance(f := getattr(x, "__func__", x), FunctionType) and f.__module__ == module.__name__
        and f.__code__.co_qualname in changed]
    assert found, mutant.key
    for function in found:
        function.__code__ = changed[function.__code__.co_qualname]


def draw(folders: list[str], seed: int, count: int) -> list[Mutant]:
    """So many mutants, from each file in proportion to what can be mutated in it (largest remainders)."""
    files = sorted(str(f.relative_to(ROOT)) for folder in folders for f in (ROOT / folder).rglob("*.py"))
    found = {file: mutations_of(file) for file in files}
    total = sum(len(mutations) for _, mutations in found.values())
    exact = {file: count * len(mutations) / total for file, (_, mutations) in found.items()}
    share = {file: int(x) for file, x in exact.items()}
    for file in sorted(files, key=lambda f: share[f] - exact[f])[:count - sum(share.values())]:
        share[file] += 1
    drawn = []
    for file, (module, mutations) in found.items():
        random.Random(f"{seed} {file}").shuffle(mutations)
        candidates = (mutant_of(file, module, mutation) for mutation in mutations)
        drawn += [m for _, m in zip(range(share[file]), filter(changed_functions, candidates), strict=False)]
    return drawn


@final
class Trial:
    """Pytest plugin: in place of one run of the tests, one in a fork for the code as it is and one for each mutant."""

    def __init__(self, mutants: list[Mutant], workers: int, kept: Path, screen: int) -> None:
        self.mutants, self.workers, self.kept, self.screen = mutants, workers, kept, screen
        self.cost: dict[str, float] = {}
        self.log = KEPT / "cost.json"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        start = time.process_time()
        outcome = yield
        self.cost[item.nodeid] = time.process_time() - start
        return outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        caches = [x for x in gc.get_objects() if isinstance(x, _lru_cache_wrapper)
                  and x.__module__.split(".")[0] in ("games", "treaties", "tests")]
        if os.waitpid(self._fork(session, session.items, caches, None, 3600), 0)[1]:
            pytest.exit("tests fail where nothing is changed", returncode=1)
        cost = {x: c for x, c in json.loads(self.log.read_text()).items() if c < LONGEST}
        items = sorted((x for x in session.items if x.nodeid in cost), key=lambda x: cost[x.nodeid])
        self._say(f"{len(items)} tests, {sum(cost.values()):.0f} s, and {len(session.items) - len(items)} longer ones "
                  f"that are left out: {' '.join(session.config.args)}")
        waiting, active = self.mutants[::-1], dict[int, Mutant]()
        while waiting or active:
            if waiting and len(active) < self.workers:
                mutant = waiting.pop()
                active[self._fork(session, items, caches, mutant, 30 + 5 * sum(cost.values()))] = mutant
                continue
            child, status = os.wait()
            mutant, note = active.pop(child), KEPT / str(child)
            if os.waitstatus_to_exitcode(status) == FAILED_ITSELF:
                pytest.exit(f"this could not be tried: {mutant.key}", returncode=1)
            timeout = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
            outcome = "timeout" if timeout else "killed" if status else "survived"
            by = note.read_text() if note.exists() else ""
            note.unlink(missing_ok=True)
            with self.kept.open("a", encoding="utf-8") as out:
                print(json.dumps({"key": mutant.key, "outcome": outcome, "by": by}), file=out)
            self._say(f"{outcome} {mutant.file}:{mutant.line} {by}")
        return True

    def _fork(
        self, session: pytest.Session, items: list[pytest.Item], caches: list[Any], mutant: Mutant | None,
        seconds: float,
    ) -> int:
        """The number of a child that runs the tests until one fails: its exit status is then 1, otherwise 0."""
        if child := os.fork():
            return child
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
            for cache in caches:
                cache.cache_clear()
            if mutant is not None:
                put_in_place(mutant)
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    (KEPT / str(os.getpid())).write_text(item.nodeid)
                    os._exit(1)
            if mutant is None:
                self.log.write_text(json.dumps(self.cost))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(FAILED_ITSELF)

    def _say(self, what: str) -> None:
        os.write(self.screen, f"{time.strftime('%H:%M:%S')} {what}\n".encode())


def run(tests: tuple[str, ...], mutants: list[Mutant], workers: int, kept: Path) -> None:
    """Try mutants for which the same tests matter, in a process of their own whose tests write to a log."""
    child = os.fork()
    if not child:
        screen = os.dup(1)
        log = os.open(KEPT / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os._exit(pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *tests], [Trial(mutants, workers, kept, screen)]))
    if os.waitpid(child, 0)[1]:
        sys.exit(f"tests fail where nothing is changed:\n{(KEPT / 'log').read_text()}")


def report(mutants: list[Mutant], known: dict[str, str], plan: dict[str, Any], seed: int) -> bool:
    """Print figures by folder and every survivor; whether the goals are met."""
    reasons = {(e["file"], e["before"], e["after"]): e["reason"] for e in plan["equivalent"]}
    counts: dict[str, Counter[str]] = {folder: Counter() for folder in plan["folders"]}
    for m in mutants:
        outcome, reason = known[m.key], reasons.get((m.file, m.before, m.after))
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
    known = outcomes(kept)
    groups: dict[tuple[str, ...], list[Mutant]] = defaultdict(list)
    for m in mutants:
        if m.key not in known or (options.again and known[m.key] == "survived"):
            matter = [test for place, tests in plan["tests"].items() if m.file.startswith(place) for test in tests]
            groups[tuple(matter)].append(m)
    print(f"{sum(map(len, groups.values()))} mutants to run", flush=True)
    for tests, some in groups.items():
        run(tests, some, options.workers, kept)
    return 0 if report(mutants, outcomes(kept), plan, options.seed) else 1


def outcomes(kept: Path) -> dict[str, str]:
    """Outcomes so far, by the mutant's key; the last one counts."""
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    return {record["key"]: record["outcome"] for record in map(json.loads, lines)}


if __name__ == "__main__":
    sys.exit(main())
