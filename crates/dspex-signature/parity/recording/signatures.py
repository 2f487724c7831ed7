"""Builds the signature of a case, and describes a signature as an expectation does."""

from typing import Any

import dspy

from recording import types, values


def build(given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return a case's signature and the types that it brings."""
    classes = types.build(given.get("types", {}))
    arguments = [given["spec"]]
    if "instructions" in given:
        arguments.append(given["instructions"])
    signature = dspy.Signature(*arguments, custom_types=classes or None)
    for name, desc in given.get("descs", {}).items():
        signature = signature.with_updated_fields(name, desc=desc)
    if "field_options" in given:
        signature = _declared_again(signature, given["field_options"], classes)
    for operation in given.get("ops", []):
        signature = _apply(signature, operation, classes)
    return signature, classes


def describe(signature: Any) -> dict[str, Any]:
    """Return what an expectation says of a signature."""
    return {
        "instructions": signature.instructions,
        "inputs": [_describe_field(*field) for field in signature.input_fields.items()],
        "outputs": [_describe_field(*field) for field in signature.output_fields.items()],
    }


def _describe_field(name: str, field: Any) -> dict[str, Any]:
    extra = field.json_schema_extra
    described = {
        "name": name,
        "type": dspy.adapters.utils.get_annotation_name(field.annotation),
        "prefix": extra["prefix"],
        "desc": extra["desc"],
    }
    if extra.get("constraints"):
        described["constraints"] = extra["constraints"]
    if not field.is_required():
        described["default"] = values.encode(field.get_default(call_default_factory=True))
    return described


def _declare(io: str, options: dict[str, Any]) -> Any:
    declare = dspy.InputField if io == "input" else dspy.OutputField
    return declare(**options)


def _declared_again(signature: Any, options: dict[str, Any], classes: dict[str, Any]) -> Any:
    fields = {name: (field.annotation, field) for name, field in signature.fields.items()}
    for name, given in options.items():
        annotation, field = fields[name]
        decoded = {key: values.decode(value, classes) for key, value in given.items()}
        io = field.json_schema_extra["__dspy_field_type"]
        fields[name] = (annotation, _declare(io, decoded))
    return dspy.Signature(fields, signature.instructions)


def _apply(signature: Any, operation: dict[str, Any], classes: dict[str, Any]) -> Any:
    options = {key: values.decode(value, classes) for key, value in operation.items()}
    kind, name = options.pop("op"), options.pop("name", None)
    if kind == "delete":
        return signature.delete(name)
    if kind in ("with_instructions", "append_instructions"):
        return getattr(signature, kind)(options["text"])
    annotation = types.evaluate(options.pop("type"), classes) if "type" in options else None
    if kind == "with_updated_fields":
        return signature.with_updated_fields(name, annotation, **options)
    described = {"desc": options["desc"]} if "desc" in options else {}
    field = _declare(options["io"], described)
    if kind == "insert":
        return signature.insert(options["index"], name, field, annotation)
    return getattr(signature, kind)(name, field, annotation)
