"""Judges requests and answers by revenuecat.openapi.json as they pass through httpx."""

import json
import os
import re
from pathlib import Path

import jsonschema

_PLACE = Path(os.environ.get("MERX_SPEC", Path(__file__).resolve().parents[3] / "shared/spec"))
_FILE = _PLACE / "revenuecat.openapi.json" if _PLACE.is_dir() else _PLACE
DOCUMENT = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else None


def plain(schema):
    """OpenAPI 3.0 in the words of JSON Schema: `nullable`, and nothing beside `$ref` counts."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: plain(value) for name, value in schema.items()}
    nullable = found.pop("nullable", False) is True
    if isinstance(found.get("$ref"), str):
        found = {"$ref": found["$ref"]}
    return {"anyOf": [found, {"type": "null"}]} if nullable else found


class Judge:
    """Collects what is wrong, and which operations were seen to succeed."""

    def __init__(self):
        document = plain(DOCUMENT)
        self._components = document["components"]
        self.violations = []
        self.seen = set()
        self._operations = []
        for path, item in document["paths"].items():
            pattern = re.compile("/v2" + re.sub(r"\{\w+\}", "[^/]+", path))
            for method, operation in item.items():
                if isinstance(operation, dict) and "operationId" in operation:
                    self._operations.append((path.count("{"), method.upper(), pattern, operation))
        self._operations.sort(key=lambda operation: operation[0])

    def hooks(self):
        """For `httpx.Client(event_hooks=…)`."""
        return {"response": [self._judge]}

    def _judge(self, response):
        response.read()
        request = response.request
        found = (o for _, m, p, o in self._operations if m == request.method and p.fullmatch(request.url.path))
        operation = next(found, None)
        if operation is None:
            return
        name = operation["operationId"]
        if response.is_success:
            self.seen.add(name)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if body:
                self._check(f"request of {name}", body, request.content)
        answer = operation["responses"].get(str(response.status_code))
        if answer is None:
            self.violations.append(f"{name}: answers {response.status_code}, which the contract does not know")
            return
        if "$ref" in answer:
            answer = self._components["responses"][answer["$ref"].rsplit("/", 1)[1]]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema:
            self._check(f"{response.status_code} of {name}", schema, response.content)

    def _check(self, what, schema, content):
        validator = jsonschema.Draft202012Validator({**schema, "components": self._components})
        for error in validator.iter_errors(json.loads(content)):
            self.violations.append(f"{what}: {error.json_path}: {error.message[:300]}")
