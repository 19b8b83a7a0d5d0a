"""The OpenAPI 3.1 document, made from the operations and their models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from workbench.api.models import LARGEST_ID, Problem
from workbench.api.operations import Operation

_REFERENCE = "#/components/schemas/{model}"
_PROBLEMS = {
    400: "What came is not allowed",
    403: "Not logged in, the token is missing, or the user may not act for others",
    404: "There is no such thing",
    409: "It contradicts what is there",
    503: "The store is busy; try again",
}


def document(operations: Sequence[Operation], base_url: str) -> dict[str, Any]:
    """Describe the operations; `base_url` is where their paths begin."""
    bodies = [operation.body for operation in operations if operation.body is not None]
    _, schemas = models_json_schema(
        [(Problem, "serialization"), *((body, "validation") for body in dict.fromkeys(bodies))],
        ref_template=_REFERENCE,
    )
    components: dict[str, Any] = dict(schemas.get("$defs", {}))
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Image-classification workbench", "version": "1.0"},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Jupyter Server's or JupyterHub's token"}
            },
        },
    }


def _operation(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": operation.run.__name__,
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation)],
        "responses": {str(operation.status): _success(operation, components), **_problems()},
    }
    if operation.body is not None:
        content = {"schema": {"$ref": _REFERENCE.format(model=operation.body.__name__)}}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    if operation.uploads:
        files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
        schema = {"type": "object", "properties": {"files": files}, "required": ["files"]}
        described["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return described


def _path_parameters(path: str) -> list[dict[str, Any]]:
    found = []
    for name in re.findall(r"\{(\w+)\}", path):
        number = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        schema = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$"} if name == "theme" else number
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    return found


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": _given(part)}
        for name, part in schema.get("properties", {}).items()
    ]


def _given(part: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is given or left out: it is never null."""
    if "anyOf" not in part:
        return part
    [kind] = [choice for choice in part["anyOf"] if choice.get("type") != "null"]
    return dict(kind)


def _success(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    if operation.picture:
        binary = {"type": "string", "format": "binary"}
        return {"description": "The picture", "content": {"image/*": {"schema": binary}}}
    if operation.answer is None:
        return {"description": "Done"}
    schema: dict[str, Any] = TypeAdapter(operation.answer).json_schema(ref_template=_REFERENCE, mode="serialization")
    components |= schema.pop("$defs", {})
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _problems() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    return {str(status): {"description": text, "content": content} for status, text in _PROBLEMS.items()}
