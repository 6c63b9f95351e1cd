"""Every operation that is served, of both surfaces, asked as its contract says.

Requests are made from the contract's schemas, so an operation needs no test of its own to be asked;
TABLE holds what no schema can say (that a price needs a product that exists). Request, status and
answer are judged by the contract.

Run with `MERX_BIN=target/debug/merx target/python/bin/python end2end/contract/walk_test.py`.
"""

import json
import os
import re
import time
import unittest
from pathlib import Path

import httpx
import jsonschema

from revenuecat_spec import plain
from server import Server

PLACE = Path(os.environ.get("MERX_SPEC", Path(__file__).resolve().parents[3] / "shared/spec"))
# Things are made and listed, then read, then changed, then taken away.
ORDER = ["post", "get", "put", "patch", "delete"]
CREATED = ["apps", "products", "prices"]

# What schemas do not say, by operation; `made` holds the id of one object of each noun.
TABLE = {
    "products_create": lambda made: {"kind": "one_time", "pricing_model": "one_time", "amount_minor": 1900},
    "prices_create": lambda made: {"product_id": made["products"], "unit_amount": 1900},
    "webhook_endpoints_create": lambda made: {"enabled_events": ["*"]},
    "webhook_endpoints_update": lambda made: {"enabled_events": ["product.*"]},
    "events_create_test": lambda made: {"type": "invoice.paid"},
    "discounts_create": lambda made: {"discount_type": "percentage", "discount_value": 10},
    "create-app": lambda made: {"type": "amazon"},
    "create-product": lambda made: {"app_id": made["apps"], "type": "subscription"},
}
# Lists that workers fill: asked until there is something in them.
AWAITED = ["webhook_deliveries_list"]
# Values of parameters that are no ids.
WORDS = {"source": "erp", "externalId": "walk-1"}


class Surface:
    """A contract, and how to ask the server by it."""

    def __init__(self, file, base, headers):
        self.document = plain(json.loads((PLACE / file).read_text(encoding="utf-8")))
        self.base, self.headers, self.made, self.count = base, headers, dict(WORDS), 0
        self.operations = [
            (method, path, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if isinstance(operation, dict) and "operationId" in operation
        ]

    def resolve(self, part):
        while "$ref" in part:
            node = self.document
            for name in part["$ref"].removeprefix("#/").split("/"):
                node = node[name]
            part = node
        return part

    def sample(self, schema, name="value"):
        """The least that a schema accepts, the same every time but for names."""
        schema = self.resolve(schema)
        for word in ("const", "default"):
            if schema.get(word) is not None:
                return schema[word]
        if schema.get("enum"):
            return schema["enum"][0]
        if "allOf" in schema:
            parts = [self.sample(part, name) for part in schema["allOf"]]
            return {key: value for part in parts for key, value in part.items()}
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.sample(next(part for part in schema[word] if part.get("type") != "null"), name)
        kind = schema.get("type")
        kind = next((word for word in kind if word != "null"), None) if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            return {key: self.sample(schema["properties"][key], key) for key in schema.get("required", [])}
        if kind == "array":
            return [self.sample(schema["items"], name) for _ in range(schema.get("minItems", 0))]
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return True
        self.count += 1
        texts = {
            "uuid": "00000000-0000-4000-8000-000000000000", "date-time": "2026-07-01T00:00:00Z",
            "uri": "https://example.com/hook", "url": "https://example.com/hook", "email": "walk@example.com",
        }
        return texts.get(schema.get("format"), f"{name}-{self.count}"[: schema.get("maxLength", 200)])

    def body(self, path, operation):
        """A request's body, or none."""
        if "requestBody" not in operation:
            return None
        content = self.resolve(operation["requestBody"])["content"]["application/json"]["schema"]
        body = self.sample(content)
        if not body:
            # An update of nothing tells nothing.
            known = self.resolve(content).get("properties", {})
            field = next((name for name in ("name", "description", "display_name") if name in known), None)
            body = {field: self.sample(known[field], field)} if field else body
        body |= TABLE.get(operation["operationId"], lambda made: {})(self.made)
        self.judge("request", content, body)
        return body

    def judge(self, what, schema, value):
        validator = jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})
        faults = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]
        assert not faults, f"{what} breaks the contract: {faults}\n{json.dumps(value)[:2000]}"

    def address(self, path):
        """The path with words, and the ids of what was made of the noun before."""
        parts = path.split("/")
        for at, part in enumerate(parts):
            if part.startswith("{"):
                parts[at] = self.made.get(part.strip("{}")) or self.made[path.split("/")[at - 1]]
        return self.base + "/".join(parts)

    def ask(self, http, method, path, operation, query=""):
        """Asks, judges the answer, and remembers the id of what was made."""
        body = self.body(path, operation)
        answer = http.request(method.upper(), self.address(path) + query, json=body, headers=self.headers)
        text = f"{method.upper()} {path}{query} {json.dumps(body)} → {answer.status_code} {answer.text[:2000]}"
        assert answer.is_success, text
        responses = operation["responses"]
        inferred = operation.get("x-status-inferred") and next((code for code in responses if code.startswith("2")), None)
        described = responses.get(str(answer.status_code)) or responses.get(inferred)
        assert described, f"a status that the contract does not know: {text}"
        schema = self.resolve(described).get("content", {}).get("application/json", {}).get("schema")
        if schema:
            self.judge(f"the answer of {text}", schema, answer.json())
        return answer.json() if answer.content else None

    def wait(self, http, path, operation):
        """Asks for a list until it has an item."""
        end = time.monotonic() + 20
        while True:
            answer = self.ask(http, "get", path, operation)
            if answer["data"] or time.monotonic() > end:
                return answer
            time.sleep(0.05)

    def remember(self, path, answer):
        """The object that was made, or the first one of a list of what nobody makes by asking."""
        noun = path.rstrip("/").split("/")[-1]
        found = answer.get("data", answer.get("items", answer)) if isinstance(answer, dict) else {}
        if isinstance(found, list):
            if found and "id" in found[0]:
                self.made.setdefault(noun, found[0]["id"])
        elif isinstance(found, dict) and "id" in found:
            self.made[noun] = found["id"]


@unittest.skipUnless(PLACE.is_dir(), f"NOT CHECKED: there are no contracts in {PLACE}; set MERX_SPEC")
class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.http = httpx.Client(base_url=cls.server.origin)
        cls.addClassCleanup(cls.http.close)
        document = cls.http.get("/v2/openapi.json").json()
        cls.served = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}

    def walk(self, surface):
        served = [found for found in surface.operations if found[2]["operationId"] in self.served]
        self.assertTrue(served)
        creates = {path: operation for method, path, operation in served if method == "post" and not path.endswith("}")}
        rank = lambda noun: CREATED.index(noun) if noun in CREATED else len(CREATED)
        # Collections first: what follows needs an object of them.
        single = lambda path: "{" in path.replace("{project_id}", "")
        served.sort(key=lambda found: (found[0] == "delete", single(found[1]), ORDER.index(found[0]), rank(found[1].split("/")[-1])))
        for method, path, operation in served:
            kept = dict(surface.made)
            with self.subTest(operation["operationId"]):
                if method == "delete":
                    # What others refer to stays: one more is made, to be taken away.
                    collection = re.sub(r"/\{\w+\}$", "", path)
                    surface.remember(collection, surface.ask(self.http, "post", collection, creates[collection]))
                awaited = operation["operationId"] in AWAITED
                answer = surface.wait(self.http, path, operation) if awaited else surface.ask(self.http, method, path, operation)
                if method == "delete":
                    surface.made = kept
                elif not single(path):
                    surface.remember(path, answer)
                if any(parameter.get("name") == "limit" for parameter in map(surface.resolve, operation.get("parameters", []))):
                    surface.ask(self.http, method, path, operation, "?limit=1")

    def test_revkeen(self):
        self.walk(Surface("revkeen.openapi.json", "/v2", {"x-api-key": self.server.key(dialect="revkeen")}))

    def test_revenuecat(self):
        surface = Surface("revenuecat.openapi.json", "/v2", {"authorization": f"Bearer {self.server.key()}"})
        projects = self.http.get("/v2/projects", headers=surface.headers).json()
        surface.made["project_id"] = projects["items"][0]["id"]
        self.walk(surface)


if __name__ == "__main__":
    unittest.main()
