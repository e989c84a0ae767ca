"""The JSON Schema of treaty files, for completion in editors.

It is generated from the models, so a new provision is in it at once. It is looser than the reader: references between
blocks, orders and ranges across fields are checked only by ``treaties.reading.treaty_file``.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.event import Event
from treaties.model.facts import Facts, Stylised
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.treaty import SCHEMA, Treaty, Variant
from treaties.provisions import all_types

_BLOCKS: dict[str, type[BaseModel]] = {"party": Party, "event": Event, "matter": Matter, "variant": Variant}


def treaty_schema() -> dict[str, Any]:
    """The schema as a JSON-ready dictionary (draft 2020-12); equal on every run."""
    provisions = all_types()
    models: list[type[BaseModel]] = [*_BLOCKS.values(), *provisions.values(), EntryIntoForce, Facts, Stylised]
    _, shared = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    definitions = dict(sorted(shared["$defs"].items()))
    for kind, provision in provisions.items():
        definition = definitions[provision.__name__]
        definition["title"] = provision.title
        definition["description"] = f"{provision.mechanism} ({provision.reference})"
        definition["required"] = ["type", *definition.get("required", [])]
        definition["properties"]["type"] = {"const": kind, "description": provision.title}
    properties = _header_properties()
    for name, model in _BLOCKS.items():
        properties[name] = _array(f"#/$defs/{model.__name__}", name)
    properties["provision"] = {
        "type": "array",
        "description": _description("provision"),
        "items": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": list(provisions)}},
            "allOf": [
                {"if": {"properties": {"type": {"const": kind}}}, "then": {"$ref": f"#/$defs/{model.__name__}"}}
                for kind, model in provisions.items()
            ],
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:servanda:servanda-treaty-1",
        "title": SCHEMA,
        "description": "A treaty: parties, matters, events, provisions and variants.",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "title", "payoff_unit", "party", "matter"],
        "properties": properties,
        "$defs": definitions,
    }


def _header_properties() -> dict[str, Any]:
    return {
        "schema": {"const": SCHEMA, "description": _description("schema")},
        "title": {"type": "string", "description": _description("title")},
        "payoff_unit": {"type": "string", "description": _description("payoff_unit")},
        "period": {"const": "year", "description": _description("period")},
        "exit": {"type": "boolean", "default": True, "description": _description("exit")},
        "entry_into_force": {"$ref": "#/$defs/EntryIntoForce"},
        "note": {"type": "string", "description": _description("note")},
        "facts": {"$ref": "#/$defs/Facts"},
        "stylised": {"$ref": "#/$defs/Stylised"},
    }


def _array(reference: str, name: str) -> dict[str, Any]:
    least = {"party": 2, "matter": 1}.get(name, 0)
    return {"type": "array", "minItems": least, "description": _description(name), "items": {"$ref": reference}}


def _description(name: str) -> str:
    for attribute, field in Treaty.model_fields.items():
        if (field.alias or attribute) == name:
            return field.description or ""
    raise KeyError(name)
