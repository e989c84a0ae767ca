"""A campaign over random treaties of 3 to 8 clauses: no fault, every verdict certified, every telling consistent.

``python -m tests.support.composition_campaign 500 FILE [FIRST]`` assesses so many treaties from a seed on and prints
the figures; one line of JSON is kept for each in the file, so that it goes on where it was broken off.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from tests.support.composition import random_treaty
from tests.support.tellings import check
from treaties.assessing.assess import assess
from treaties.model.treaty import Treaty


def judged(treaty: Treaty) -> str:
    """The verdict on a treaty, once every telling of it agrees and the independent checker has accepted its proof."""
    found = assess(treaty, side_payments="text", region=False)
    check(found)
    if found.verdict != "undecided":
        certificate, compiled = found.judgement.certificate, found.compiled
        assert certificate is not None
        # With payments, patience that differs is judged at the common factors of the least and the most patient.
        factors = sorted({party.discount.value for party in treaty.parties})
        games = [compiled.game, *(compiled.with_discount(factor).game for factor in factors)]
        assert any(certificate.evidence.check(game).accepted for game in games)
    return found.verdict


def one(seed: int) -> dict[str, Any]:
    """What came out of one seed."""
    began = time.perf_counter()
    told: dict[str, Any] = {"seed": seed}
    try:
        treaty = random_treaty(seed)
        told["clauses"] = [clause.type for clause in treaty.provisions]
        told["verdict"] = judged(treaty)
    except Exception as error:  # a campaign goes on and tells of every fault
        told["fault"] = f"{type(error).__name__}: {str(error)[:300]}"
        told["where"] = traceback.format_exc()[-1500:]
    return told | {"seconds": round(time.perf_counter() - began, 2)}


def figures(told: list[dict[str, Any]]) -> list[str]:
    """The campaign in lines."""
    verdicts = Counter(each.get("verdict", "fault") for each in told)
    lengths = Counter(len(each.get("clauses", [])) for each in told)
    lines = [f"{len(told)} treaties: {', '.join(f'{n} {what}' for what, n in sorted(verdicts.items()))}"]
    lines += [f"clauses: {', '.join(f'{n} with {k}' for k, n in sorted(lengths.items()))}"]
    lines += [f"seconds: {sum(each['seconds'] for each in told):.0f}, longest {max(each['seconds'] for each in told)}"]
    return lines + [f"seed {each['seed']}: {each['fault']}" for each in told if "fault" in each]


def main(count: int, path: Path, first: int = 0) -> None:
    """Run the seeds that the file does not have."""
    kept = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {each["seed"] for each in kept}
    with path.open("a", encoding="utf-8") as file:
        for seed in range(first, first + count):
            if seed not in done:
                kept.append(one(seed))
                file.write(json.dumps(kept[-1]) + "\n")
                file.flush()
    print("\n".join(figures(kept)))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
