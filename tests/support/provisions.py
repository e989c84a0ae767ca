"""What every kind of provision promises, as checks that run over whatever kinds are found."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from treaties.compiling.compile import compile_treaty
from treaties.effects import Choice, CompilationError, Effect
from treaties.model.names import inner_model
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty

ACCEPTED = Path(__file__).parents[1] / "treaties" / "reading" / "accepted"


@cache
def _accepted() -> tuple[Treaty, ...]:
    return tuple(read_treaty(path) for path in sorted(ACCEPTED.glob("*.toml")))


def examples_of(kind: str) -> list[Treaty]:
    """The accepted files that show a kind of provision."""
    return [treaty for treaty in _accepted() if treaty.provisions_of(kind)]


def check_it_describes_itself(kind: str, provision: type[Provision]) -> None:
    """A final model with its words, and a description of every field that a file can state."""
    assert not inspect.isabstract(provision)
    assert provision.__doc__ and getattr(provision, "__final__", False)
    assert provision.title and provision.mechanism.endswith(".") and provision.reference
    assert provision.model_config.get("frozen") and provision.model_config.get("extra") == "forbid"
    assert provision.model_fields["type"].default == kind
    pending: list[type[BaseModel]] = [provision]
    seen: set[type[BaseModel]] = set()
    while pending:
        model = pending.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            if name != "type":
                assert field.description and field.description.endswith((".", ")")), f"{model.__name__}.{name}"
            inner = inner_model(field.annotation)
            if inner is not None:
                pending.append(inner)


def check_the_schema_knows_it(kind: str, provision: type[Provision], schema: dict[str, Any]) -> None:
    """Editors offer the kind and all its fields."""
    assert kind in schema["properties"]["provision"]["items"]["properties"]["type"]["enum"]
    named = {field.alias or name for name, field in provision.model_fields.items()}
    assert set(schema["$defs"][provision.__name__]["properties"]) == named


def check_its_effects_and_remarks(treaty: Treaty) -> None:
    """Clauses speak the closed vocabulary, under their own article, and remark on fields that they have."""
    for clause in treaty.provisions:
        for effect in clause.effects(treaty.context):
            assert isinstance(effect, get_args(Effect)), clause.label
            parts = effect.options if isinstance(effect, Choice) else (effect,)
            assert {getattr(part, "article", clause.article) for part in parts} == {clause.article}, clause.label
        for remark in clause.remarks(treaty):
            assert remark.field.split(".")[0] in {"", *type(clause).model_fields}, clause.label


def check_it_changes_the_game(kind: str, examples: Iterable[Treaty]) -> None:
    """In some example the game is another one without the clause: in a treaty of its own, or beside what it needs."""
    for example in examples:
        own = example.provisions_of(kind)
        others = tuple(clause for clause in example.provisions if clause.type != kind)
        for beside in ((), others):
            try:
                with_it, without = played(example, (*beside, *own)), played(example, beside)
            except CompilationError:
                continue
            if with_it != without:
                return
    raise AssertionError(f"no accepted file shows that a clause of the kind {kind} changes a game")


def played(treaty: Treaty, clauses: tuple[Provision, ...]) -> tuple[object, ...]:
    """What is played under some clauses of a treaty: the game, what is expected in it, and when it is renegotiated."""
    compiled = compile_treaty(treaty.model_copy(update={"provisions": clauses}))
    rule = compiled.negotiation
    renegotiated = None if rule is None else (rule.hazard.tobytes(), rule.weights.tobytes())
    return compiled.game.digest, compiled.compliance.tobytes(), renegotiated
