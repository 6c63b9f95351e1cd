// Everything that must be refused: 4xx in the operation's own form, the field named, nothing written.

import assert from 'node:assert/strict';
import { contract, has, NOBODY, refusal, refused } from './harness.mjs';

const api = contract('/products');
const { call, check } = api;

/** The three families: form of their errors, where the list keeps its total, a body that is fine. */
const FAMILIES = {
  '/products': {
    form: 'text',
    total: ({ pagination }) => pagination.total,
    good: { product_id: 'refused', name: 'Refused', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 },
  },
  '/prices': { form: 'object', total: ({ total_count }) => total_count, good: { unit_amount: 100 } },
  '/discounts': {
    form: 'object',
    total: ({ meta }) => meta.total,
    good: { code: 'REFUSED', name: 'Refused', discount_type: 'percentage', discount_value: 10 },
  },
};
/** A field that is not there, after JSON. */
const absent = undefined;
const tier = (up_to) => ({ up_to, unit_amount_minor: 1, flat_amount_minor: null });
const tiered = (...tiers) => ({ unit_amount: absent, billing_scheme: 'tiered', tiers_mode: 'volume', tiers });

/** Per family: [what differs from the good body, the field the error must name]. */
const WRONG = {
  '/products': [
    ...['product_id', 'name', 'kind', 'pricing_model', 'amount_minor'].map((field) => [{ [field]: absent }, field]),
    ...['', 42, null, [], 'nul \0'].map((name) => [{ name }, 'name']),
    ...['', {}].map((product_id) => [{ product_id }, 'product_id']),
    ...['gift', '', 1].map((kind) => [{ kind }, 'kind']),
    [{ pricing_model: 'auction' }, 'pricing_model'],
    ...[-1, 1.5, '2900', null, 1e30, true].map((amount_minor) => [{ amount_minor }, 'amount_minor']),
    ...['XXX1', 'ABC', '', 'U$D', 840].map((currency) => [{ currency }, 'currency']),
    [{ kind: 'subscription', pricing_model: 'recurring', interval: 'fortnight' }, 'interval'],
    ...[0, -1, 1.5].map((interval_count) => [{ kind: 'subscription', pricing_model: 'recurring', interval: 'month', interval_count }, 'interval_count']),
    [{ kind: 'subscription', pricing_model: 'recurring' }, 'interval'],
    ...[-1, '14'].map((trial_days) => [{ trial_days }, 'trial_days']),
    ...[0, 32].map((billing_anchor_day) => [{ billing_anchor_rule: 'day_of_month', billing_anchor_day }, 'billing_anchor_day']),
    [{ end_behavior: 'fixed_payments', max_payments: 1000 }, 'max_payments'],
    [{ fulfillment_type: 'magic' }, 'fulfillment_type'],
    [{ track_inventory: true, stock_quantity: -1 }, 'stock_quantity'],
    ...[[], 'text', 1].map((metadata) => [{ metadata }, 'metadata']),
  ],
  '/prices': [
    ...[absent, 'nope', null, 7].map((product_id) => [{ product_id }, 'product_id']),
    ...[absent, -1, 1.5, '5', 1e30].map((unit_amount) => [{ unit_amount }, 'unit_amount']),
    ...['XXX1', 'ABC', 'eu', 978].map((currency) => [{ currency }, 'currency']),
    [{ type: 'weekly' }, 'type'],
    [{ pricing_model: 'auction' }, 'pricing_model'],
    ...[absent, 'decade'].map((interval) => [{ type: 'recurring', interval }, 'interval']),
    ...[0, 13].map((interval_count) => [{ type: 'recurring', interval: 'month', interval_count }, 'interval_count']),
    ...[-1, 731].map((trial_period_days) => [{ type: 'recurring', interval: 'month', trial_period_days }, 'trial_period_days']),
    ...[absent, -1, 10_001].map((percentage_rate_bps) => [{ billing_scheme: 'percentage', unit_amount: absent, percentage_rate_bps }, 'percentage_rate_bps']),
    [{ ...tiered(tier(1), tier(null)), tiers: absent }, 'tiers'],
    [{ ...tiered(tier(1), tier(null)), tiers_mode: absent }, 'tiers_mode'],
    ...[[tier(null)], [tier(1), tier(2)], [tier(5), tier(5), tier(null)], [tier(null), tier(9)], [tier(0), tier(null)]].map((tiers) => [tiered(...tiers), 'tiers']),
    [{ transform_quantity: { divide_by: 0, round: 'up' } }, 'divide_by'],
    [{ pricing_model: 'pay_what_you_want', unit_amount: absent, minimum_amount: 5, maximum_amount: 4 }, '(minimum|maximum)_amount'],
    [{ pricing_model: 'pay_what_you_want', unit_amount: absent, preset_amounts: Array(11).fill(1) }, 'preset_amounts'],
    [{ nickname: 'x'.repeat(101) }, 'nickname'],
    [{ description: 'x'.repeat(501) }, 'description'],
    [{ lookup_key: 'x'.repeat(101) }, 'lookup_key'],
    [{ metadata: 'text' }, 'metadata'],
  ],
  '/discounts': [
    ...['code', 'name', 'discount_type', 'discount_value'].map((field) => [{ [field]: absent }, field]),
    ...['', 'x'.repeat(51), 7].map((code) => [{ code }, 'code']),
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ description: 'x'.repeat(1001) }, 'description'],
    [{ discount_type: 'bogus' }, 'discount_type'],
    ...[0, -5, '10', null, 101].map((discount_value) => [{ discount_value }, 'discount_value']),
    [{ applies_to: 'some' }, 'applies_to'],
    ...[0, 1.5].map((max_redemptions) => [{ max_redemptions }, 'max_redemptions']),
    [{ recurring_type: 'sometimes' }, 'recurring_type'],
    [{ recurring_type: 'repeating', recurring_cycles: 0 }, 'recurring_cycles'],
  ],
};

/** [query, the parameter the error must name] */
const WRONG_QUERIES = {
  '/products': [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=ten', 'limit'], ['page=0', 'page'], ['page=-1', 'page'], ['kind=gift', 'kind'], ['is_active=maybe', 'is_active']],
  '/prices': [
    ...['0', '101', '-1', '1.5', 'ten'].map((limit) => [`limit=${limit}`, 'limit']),
    ...['type', 'pricing_model', 'active'].map((name) => [`${name}=maybe`, name]),
    ...['starting_after', 'ending_before'].map((name) => [`${name}=not-a-uuid`, name]),
    ['currency=EURO', 'currency'],
  ],
  '/discounts': [['limit=0', 'limit'], ['limit=101', 'limit'], ['offset=-1', 'offset'], ['is_active=maybe', 'is_active'], ['is_archived=1', 'is_archived']],
};

const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
/** Bodies that are no JSON object at all. */
const UNREADABLE = {
  'nothing': '',
  'half an object': '{"name": "x"',
  'two objects': '{}{}',
  'an array': '[]',
  'null': 'null',
  'a string': '"name"',
  'a comment': '{} // yes',
  'broken UTF-8': bytes('{"name": "', [0xff, 0xfe], '"}'),
  'half a surrogate pair': '{"name": "\\ud800"}',
  'a thousand brackets': `{"metadata": ${'['.repeat(1000)}${']'.repeat(1000)}}`,
};

let product, price, discount;
const totals = () =>
  Promise.all(Object.entries(FAMILIES).map(async ([path, { total }]) => total((await call('GET', path)).body)));
/** Runs the body and checks that nothing was written anywhere by it. */
async function writesNothing(body) {
  const before = await totals();
  await body();
  assert.deepEqual(await totals(), before);
  assert.deepEqual((await api.sdk.products.get(product.id)).data, product);
  assert.deepEqual(await api.sdk.prices.get(price.id), price);
  assert.deepEqual((await call('GET', `/discounts/${discount.id}`)).body.data, discount);
}
const objects = () => Object.entries({ '/products': product.id, '/prices': price.id, '/discounts': discount.id });

check('(three objects to leave alone)', async () => {
  product = await api.product('untouched');
  price = await api.sdk.prices.create({ product_id: product.id, unit_amount: 100 });
  FAMILIES['/prices'].good.product_id = product.id;
  discount = (await call('POST', '/discounts', { ...FAMILIES['/discounts'].good, code: 'UNTOUCHED' })).body.data;
});

for (const [path, { form, good }] of Object.entries(FAMILIES)) {
  check(`${path}: wrong fields`, () =>
    writesNothing(async () => {
      for (const [wrong, field] of WRONG[path]) {
        refused(await call('POST', path, { ...good, ...wrong }), form, 400, field);
      }
    }));

  check(`${path}: wrong query parameters`, async () => {
    for (const [query, name] of WRONG_QUERIES[path]) refused(await call('GET', `${path}?${query}`), form, 400, name);
  });

  check(`${path}: bodies that cannot be read, or are too large`, () =>
    writesNothing(async () => {
      const [, id] = objects().find(([family]) => family === path);
      for (const [method, target] of [['POST', path], ['PATCH', `${path}/${id}`]]) {
        for (const body of Object.values(UNREADABLE)) refused(await call(method, target, body), form, 400);
        const huge = JSON.stringify({ ...good, metadata: { blob: 'x'.repeat(1024 * 1024) } });
        refused(await call(method, target, huge), form, 413);
      }
    }));

  check(`${path}: unknown and impossible ids`, async () => {
    const methods = path === '/products' ? ['GET', 'PATCH'] : ['GET', 'PATCH', 'DELETE'];
    for (const method of methods) {
      const body = method === 'PATCH' ? {} : absent;
      refused(await call(method, `${path}/${NOBODY}`, body), form, 404);
      for (const id of ['not-a-uuid', '%FF', '%00', '..%2Fprices', 'x'.repeat(5000)]) {
        refused(await call(method, `${path}/${id}`, body), form, [400, 404, 414]);
      }
    }
  });

  check(`${path}: no key, or one that is not ours`, () =>
    writesNothing(async () => {
      const [, id] = objects().find(([family]) => family === path);
      const keys = [null, 'rk_sandbox_0123456789abcdef', 'sk_test_1', `${api.keys.test}x`, api.keys.test.slice(0, -1), "' or 1=1 --"];
      for (const key of keys) {
        for (const [method, target, body] of [['GET', path], ['GET', `${path}/${id}`], ['POST', path, good]]) {
          const answer = await call(method, target, body, { key });
          refused(answer, form, 401);
          assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="revkeen-api"');
        }
      }
    }));
}

check('prices of products that do not exist', () =>
  writesNothing(async () => {
    refused(await call('POST', '/prices', { product_id: NOBODY, unit_amount: 1 }), 'object', [400, 404]);
    assert.deepEqual((await api.sdk.prices.list({ product_id: NOBODY })).data, []);
  }));

check('cursors that point nowhere', async () => {
  for (const name of ['starting_after', 'ending_before']) refused(await call('GET', `/prices?${name}=${NOBODY}`), 'object', [400, 404], name);
});

check('external systems: wrong items', () =>
  writesNothing(async () => {
    const item = { name: 'Tape', amountCents: 100 };
    const wrong = [
      [{ name: absent }, 'name'],
      [{ amountCents: absent }, 'amount'],
      [{ amountCents: -1 }, 'amount'],
      [{ amountCents: '5' }, 'amount'],
      [{ currency: 'ABC' }, 'currency'],
      [{ kind: 'gift' }, 'kind'],
      [{ externalUpdatedAt: 'yesterday' }, 'external_?[uU]pdated_?[aA]t'],
    ];
    for (const [more, field] of wrong) refused(await call('PUT', '/products/external/erp/1', { ...item, ...more }), 'text', 400, field);
    for (const [body, field] of [[{ source: 'erp' }, 'products'], [{ products: [] }, 'source'], [{ source: 'erp', products: {} }, 'products']]) {
      refused(await call('PUT', '/products/external/batch', body), 'text', 400, field);
    }
  }));

check('a key without the scope: 403, and only where the scope is needed', () =>
  writesNothing(async () => {
    const key = api.keys.reader; // products:read
    for (const target of ['/products', `/products/${product.id}`]) assert.equal((await call('GET', target, absent, { key })).status, 200);
    for (const [path, { form, good }] of Object.entries(FAMILIES)) refused(await call('POST', path, good, { key }), form, 403);
    for (const path of ['/prices', '/discounts']) refused(await call('GET', path, absent, { key }), 'object', 403);
    refused(await call('PATCH', `/products/${product.id}`, { name: 'No' }, { key }), 'text', 403);
    refused(await call('DELETE', `/prices/${price.id}`, absent, { key }), 'object', 403);
  }));

check('objects of the other mode do not exist: 404, and no list shows them', () =>
  writesNothing(async () => {
    const key = api.keys.live;
    for (const [path, id] of objects()) {
      const { form, total } = FAMILIES[path];
      refused(await call('GET', `${path}/${id}`, absent, { key }), form, 404);
      refused(await call('PATCH', `${path}/${id}`, { name: 'No' }, { key }), form, 404);
      if (path !== '/products') refused(await call('DELETE', `${path}/${id}`, absent, { key }), form, 404);
      assert.equal(total((await call('GET', path, absent, { key })).body), 0);
    }
    refused(await call('GET', '/products/untouched', absent, { key }), 'text', 404);
    refused(await call('POST', '/prices', { product_id: product.id, unit_amount: 1 }, { key }), 'object', [400, 404]);
    const { data } = await api.live.products.create({ ...FAMILIES['/products'].good, product_id: 'untouched' });
    has((await api.live.products.get('untouched')).data, { id: data.id, name: 'Refused' });
  }));

check('the SDK shows people what went wrong', async () => {
  const { good } = FAMILIES['/products'];
  const text = await refusal(api.sdk.products.create({ ...good, amount_minor: -1 }));
  assert.match(text.message, /amount_minor/);
  const object = await refusal(api.sdk.prices.create({ product_id: product.id, unit_amount: -1 }));
  assert.match(object.message, /unit_amount/);
  assert.equal(object.message, object.body.error.message);
  for (const { status, message } of [await refusal(api.sdk.prices.get(NOBODY)), await refusal(api.sdk.products.get(NOBODY))]) {
    assert.equal(status, 404);
    assert.notEqual(message, 'Not Found', 'only the phrase of the status');
  }
});
