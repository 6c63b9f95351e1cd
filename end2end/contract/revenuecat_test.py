"""RevenueCat's own vocabulary, spoken by an unmodified client: the PyPI package revenuecat-client.

Every request and answer is judged by revenuecat.openapi.json as it passes. What the client does not
know yet (it is older than some operations) is asked for with plain HTTP, and judged as well.

Run with `MERX_BIN=target/debug/merx target/python/bin/python end2end/contract/revenuecat_test.py`.
"""

import json
import unittest

import httpx
from revenuecat_client import AuthenticatedClient
from revenuecat_client.api.app import create_app, delete_app, get_app, list_apps, update_app
from revenuecat_client.api.product import create_product, delete_product, get_product, list_products
from revenuecat_client.api.project import list_projects
from revenuecat_client.models import (
    AppCreate,
    AppCreateType,
    AppStoreAppCreateAppStore,
    CreateProductBody,
    GetProductExpandItem,
    ListProductsExpandItem,
    PlayStoreAppCreatePlayStore,
    RCBillingAppCreateRcBillingType0,
    UpdateAppBody,
    UpdateAppBodyAppStore,
)

import revenuecat_spec
from server import CHECKOUT, CLOCK_MS, Server


@unittest.skipUnless(revenuecat_spec.DOCUMENT, "NOT CHECKED: no revenuecat.openapi.json; set MERX_SPEC")
class Contract(unittest.TestCase):
    # Operations that succeeded in some test.
    seen = set()

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.judge = revenuecat_spec.Judge()
        self.client = self.of(self.server.key())
        self.http = self.client.get_httpx_client()
        self.project = list_projects.sync(client=self.client).items[0].id

    def tearDown(self):
        self.seen |= self.judge.seen
        self.assertEqual(self.judge.violations, [])

    def of(self, key):
        """The unmodified client with a key; an answer it does not expect is an error."""
        client = AuthenticatedClient(
            base_url=f"{self.server.origin}/v2", token=key, raise_on_unexpected_status=True,
            httpx_args={"event_hooks": self.judge.hooks()},
        )
        self.addCleanup(client.get_httpx_client().close)
        return client

    def path(self, rest):
        return f"/projects/{self.project}{rest}"

    def app(self, name="Play"):
        body = AppCreate(
            name=name, type=AppCreateType.PLAY_STORE,
            play_store=PlayStoreAppCreatePlayStore(package_name="com.example"),
        )
        return create_app.sync(self.project, client=self.client, body=body)

    def product(self, app, identifier, kind="subscription", name=None):
        body = CreateProductBody(store_identifier=identifier, app_id=app.id, type=kind, display_name=name)
        return create_product.sync(self.project, client=self.client, body=body)

    def refused(self, answer, status, kind, param=None):
        """An answer in the form of RevenueCat's errors."""
        self.assertEqual(answer.status_code, status, answer.text)
        error = answer.json()
        self.assertEqual((error["object"], error["type"], error.get("param")), ("error", kind, param), error)
        return error["message"]

    def test_projects(self):
        found = list_projects.sync(client=self.client)
        self.assertRegex(self.project, r"^proj[0-9a-f]{8}$")
        self.assertEqual((found.url, found.next_page), ("/v2/projects", None))
        live = list_projects.sync(client=self.of(self.server.key("live"))).items[0]
        self.assertNotEqual(live.id, self.project)
        made = self.http.post("/projects", json={"name": "Made by a program"}).json()
        apps = list_apps.sync(made["id"], client=self.client)
        self.assertEqual([app.type.value for app in apps.items], ["rc_billing"])
        self.refused(self.http.get(f"/projects/{live.id}/apps"), 403, "authorization_error")

    def test_an_apps_life(self):
        block = AppStoreAppCreateAppStore(
            bundle_id="com.example.ios", shared_secret="s" * 32,
            subscription_private_key="-----BEGIN", subscription_key_id="KEY", subscription_key_issuer="ISSUER",
        )
        body = AppCreate(name="iOS", type=AppCreateType.APP_STORE, app_store=block)
        made = create_app.sync(self.project, client=self.client, body=body)
        self.assertRegex(made.id, r"^app[0-9a-f]{10}$")
        self.assertEqual((made.created_at, made.project_id), (CLOCK_MS, self.project))
        self.assertEqual(made.app_store.bundle_id, "com.example.ios")
        self.assertTrue(made.app_store.additional_properties["subscription_key_configured"])
        self.assertEqual(get_app.sync(self.project, made.id, client=self.client), made)
        edit = UpdateAppBody(name="iPhone", app_store=UpdateAppBodyAppStore(bundle_id="com.example.phone"))
        changed = update_app.sync(self.project, made.id, client=self.client, body=edit)
        self.assertEqual((changed.name, changed.app_store.bundle_id), ("iPhone", "com.example.phone"))
        keys = self.http.get(self.path(f"/apps/{made.id}/public_api_keys")).json()
        self.assertRegex(keys["items"][0]["key"], "^appl_")
        self.assertIn(made.id, [app.id for app in list_apps.sync(self.project, client=self.client).items])
        gone = delete_app.sync(self.project, made.id, client=self.client)
        self.assertEqual((gone.object_.value, gone.id, gone.deleted_at), ("app", made.id, CLOCK_MS))
        self.refused(self.http.get(self.path(f"/apps/{made.id}")), 404, "resource_missing")

    def test_an_app_of_the_merchants_own(self):
        block = RCBillingAppCreateRcBillingType0(app_name="Shop", support_email="help@example.com")
        body = AppCreate(name="Web", type=AppCreateType.RC_BILLING, rc_billing=block)
        made = create_app.sync(self.project, client=self.client, body=body).rc_billing
        self.assertEqual((made.app_name, made.seller_company_name, made.default_currency.value), ("Shop", "Shop", "USD"))

    def test_a_products_life(self):
        app = self.app()
        made = self.product(app, "life", name="Premium")
        self.assertRegex(made.id, r"^prod[0-9a-f]{10}$")
        self.assertEqual((made.store_identifier, made.app_id, made.display_name), ("life", app.id, "Premium"))
        found = get_product.sync(self.project, made.id, client=self.client, expand=[GetProductExpandItem.APP])
        self.assertEqual((found.id, found.app["id"], found.app_id), (made.id, app.id, app.id))
        path = self.path(f"/products/{made.id}")
        self.assertEqual(self.http.post(path, json={"display_name": "Gold"}).json()["display_name"], "Gold")
        self.assertEqual(self.http.post(f"{path}/actions/archive").json()["state"], "inactive")
        self.assertEqual(self.http.post(f"{path}/actions/unarchive").json()["state"], "active")
        self.assertEqual(self.http.delete(self.path(f"/apps/{app.id}")).status_code, 422)
        gone = delete_product.sync(self.project, made.id, client=self.client)
        self.assertEqual((gone.object_.value, gone.id), ("product", made.id))

    def test_a_webhook_integrations_life(self):
        # The client is older than these operations.
        new = {"name": "Warehouse", "url": "https://hooks.example.com/rc", "event_types": ["renewal"]}
        made = self.http.post(self.path("/integrations/webhooks"), json=new | {"authorization_header": "Bearer x"}).json()
        path = self.path(f"/integrations/webhooks/{made['id']}")
        self.assertEqual(self.http.get(path).json(), made)
        self.assertNotIn("Bearer x", json.dumps(made))
        self.assertEqual(self.http.post(path, json={"name": "Lake"}).json()["name"], "Lake")
        listed = self.http.get(self.path("/integrations/webhooks")).json()["items"]
        self.assertEqual([item["id"] for item in listed], [made["id"]])
        self.assertEqual(self.http.delete(path).json()["id"], made["id"])
        self.refused(self.http.get(path), 404, "resource_missing")

    def test_lists_are_read_to_their_end(self):
        app = self.app()
        made = [self.product(app, f"page-{number}", "one_time").id for number in range(5)]
        seen, cursor = [], {}
        while True:
            page = list_products.sync(
                self.project, client=self.client, app_id=app.id, limit=2, expand=[ListProductsExpandItem.ITEMS_APP], **cursor
            )
            self.assertTrue(all(item.app["id"] == app.id for item in page.items))
            seen += [item.id for item in page.items]
            if page.next_page is None:
                break
            query = httpx.URL(page.next_page).params
            self.assertEqual((query["limit"], query["expand"]), ("2", "items.app"))
            cursor = {"starting_after": query["starting_after"]}
        self.assertEqual(seen, made)

    def test_refusals(self):
        app = self.app()
        nobody = httpx.Client(base_url=f"{self.server.origin}/v2", event_hooks=self.judge.hooks())
        self.addCleanup(nobody.close)
        self.refused(nobody.get(self.path("/apps")), 401, "authentication_error")
        reader = self.of(self.server.key(scopes="project_configuration:apps:read")).get_httpx_client()
        message = self.refused(reader.get(self.path("/products")), 403, "authorization_error")
        self.assertIn("project_configuration:products:read", message)
        self.assertIn("scope", message)
        body = {"store_identifier": "x", "app_id": app.id, "type": "subscription", "colour": "red"}
        self.refused(self.http.post(self.path("/products"), json=body), 400, "parameter_error", "colour")
        self.refused(self.http.post(self.path("/products"), content="{}"), 400, "invalid_request")
        self.refused(self.http.get(self.path("/products?expand=price")), 400, "parameter_error", "expand")
        self.refused(self.http.put(self.path("/products"), json={}), 400, "invalid_request")
        self.refused(self.http.get(self.path("/nothing")), 404, "resource_missing")
        self.product(app, "twice")
        body = {"store_identifier": "twice", "app_id": app.id, "type": "subscription"}
        self.refused(self.http.post(self.path("/products"), json=body), 409, "resource_already_exists")


class Coverage(unittest.TestCase):
    """Runs after the contract: classes are taken by their names."""

    def test_every_operation_was_seen_to_succeed(self):
        if not Contract.seen:
            self.skipTest("the contract was not tried")
        inventory = (CHECKOUT / "src/tests/endpoints.txt").read_text(encoding="utf-8").splitlines()
        served = {line.split()[2] for line in inventory if line.split()[1].startswith("/v2/projects")}
        self.assertGreater(len(served), 10)
        self.assertEqual(served - Contract.seen, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
