// What the contract tests share: one server per file, clients whose every message is judged, and a
// few assertions in the words of the API.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RevKeenAPIError, RevKeenClient } from '@revkeen/sdk';
import { start } from './server.mjs';
import { Judge, skip } from './spec.mjs';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const NOBODY = '00000000-0000-4000-8000-000000000000';

export const ids = (list) => list.map(({ id }) => id);

/** The object has these properties with exactly these values; others do not matter. */
export function has(object, expected) {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, object[name]])), expected);
}

/** The refusal of an SDK call: a `RevKeenAPIError` with `status`, `body` and `message`. */
export async function refusal(promise) {
  const error = await promise.then((value) => assert.fail(`accepted: ${JSON.stringify(value)}`), (reason) => reason);
  assert.ok(error instanceof RevKeenAPIError, `not an API error: ${error?.stack ?? error}`);
  return error;
}

const TYPES = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'authorization_error' };

/**
 * The answer is an error with one of these statuses, in the form of its family, and names the field.
 * - `text` (products): `{error: "…", message: "…"}`; the SDK shows `error`, so that is where the field is named.
 * - `object` (prices, discounts): `{error: {type, code, message, param?}, message}`; the SDK shows `message`.
 */
export function refused({ status, body }, form, statuses, field) {
  const shown = `${status} ${JSON.stringify(body)}`;
  assert.ok([statuses].flat().includes(status), `expected ${statuses}, got ${shown}`);
  assert.ok(typeof body?.message === 'string' && body.message, `no message for SDK users: ${shown}`);
  if (form === 'text') {
    assert.ok(typeof body.error === 'string' && body.error, `not {error: "…"}: ${shown}`);
    if (field) assert.match(body.error, new RegExp(field), `does not name ${field}: ${shown}`);
    return;
  }
  const { type, code, message, param } = body.error;
  for (const part of [type, code, message]) assert.ok(typeof part === 'string' && part, `not {error: {type, code, message}}: ${shown}`);
  if (TYPES[status]) assert.equal(type, TYPES[status], shown);
  if (status === 404) assert.equal(code, 'resource_missing', shown);
  if (field) assert.match(param ?? '', new RegExp(field), `param is not ${field}: ${shown}`);
}

/** One server for the file that calls this, with these flags. `prefix` is the part of the API the file answers for. */
export function contract(prefix, flags = []) {
  const judge = new Judge();
  let server;

  const client = (apiKey, options) =>
    new RevKeenClient({ apiKey, baseUrl: `${server.origin}/v2`, fetch: judge.fetch(options) });

  const api = {
    /** A test that also fails on any message that breaks the document. */
    check: (name, body) =>
      test(name, { timeout: 60_000 }, async (t) => {
        let failure;
        await Promise.resolve(body(t)).catch((error) => (failure = error));
        const violations = judge.drain();
        if (failure) {
          if (violations.length) t.diagnostic(violations.join('\n'));
          throw failure;
        }
        assert.equal(violations.join('\n'), '');
      }),

    /** Call last in a file: every operation below the prefix has been answered. */
    complete: (...more) =>
      [prefix, ...more].forEach((below) =>
        test(`every operation below ${below} was answered with a documented success`, { skip }, () => {
          assert.deepEqual(judge.unanswered(below), []);
        }),
      ),

    /**
     * What the SDK has no method for. `body` is sent as it is when a string or bytes, as JSON otherwise.
     * `key: null` sends no key; `beyond` is explained at `Judge.fetch`.
     */
    async call(method, path, body, { key = api.keys.test, headers = {}, ...options } = {}) {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
      const response = await judge.fetch(options)(`${server.origin}/v2${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key ? { 'x-api-key': key } : {}), ...headers },
        body: raw ? body : JSON.stringify(body),
      });
      const text = await response.text();
      let parsed = text;
      try {
        parsed = JSON.parse(text);
      } catch {
        // The judge has noted it.
      }
      return { status: response.status, headers: response.headers, body: parsed };
    },

    /** A product to hang prices and discounts on. */
    async product(product_id, more = {}) {
      const wanted = { product_id, name: product_id, kind: 'one_time', pricing_model: 'one_time', amount_minor: 1000, ...more };
      return (await api.sdk.products.create(wanted)).data;
    },
  };

  before(async () => {
    server = await start({ flags });
    api.origin = server.origin;
    api.keys = {
      test: await server.key('test'),
      live: await server.key('live'),
      reader: await server.key('test', 'products:read'),
    };
    api.sdk = client(api.keys.test);
    /** The same, free to go beyond the document: our additions, the guide's spelling and words. */
    api.guide = client(api.keys.test, { beyond: true });
    api.live = client(api.keys.live);
  });
  after(() => server?.stop());
  return api;
}
