"""Makes up a value that fits a JSON Schema, so that the server is of use without a script."""

from typing import Any


def sample(schema: dict[str, Any]) -> Any:
    """The plainest value: first choice, lowest number, shortest list that is allowed."""
    return _sample(schema, schema.get("$defs", {}))


def _sample(node: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in node:
        return _sample(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in node:
            return _sample(node[union][0], definitions)
    return _of_type(node, definitions)


def _of_type(node: dict[str, Any], definitions: dict[str, Any]) -> Any:
    kind = node.get("type", "object")
    if kind == "object":
        return {name: _sample(field, definitions) for name, field in node.get("properties", {}).items()}
    if kind == "array":
        return [_sample(node.get("items", {"type": "string"}), definitions) for _ in range(node.get("minItems", 0))]
    if kind in {"number", "integer"}:
        return node.get("minimum", 0)
    return {"string": "sample", "boolean": False, "null": None}[kind]
