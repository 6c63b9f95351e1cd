// Discounts: the SDK has no methods for them, so the calls are made directly, under the same judge.
// A percentage has up to two decimals; a fixed amount is in minor units, like every amount here.

import assert from 'node:assert/strict';
import { contract, has, ids, refused, UUID } from './harness.mjs';

const api = contract('/discounts');
const { call, check, complete } = api;

const TEN = { name: 'Ten percent', discount_type: 'percentage', discount_value: 10 };

async function create(code, more) {
  const { status, body } = await call('POST', '/discounts', { ...TEN, code, ...more });
  assert.equal(status, 201, JSON.stringify(body));
  return body.data;
}
async function ok(method, path, body) {
  const answer = await call(method, path, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}
const list = (query) => ok('GET', `/discounts?${new URLSearchParams({ limit: 100, ...query })}`);

check('create and get: percentage, with every field', async () => {
  const product = await api.product('discounted');
  const wanted = {
    name: 'Été 2026',
    description: 'Summer only',
    discount_type: 'percentage',
    discount_value: 12.34,
    applies_to: 'specific_products',
    product_ids: [product.id],
    max_redemptions: 500,
    recurring_type: 'repeating',
    recurring_cycles: 3,
    first_time_customer: true,
  };
  const window = { valid_from: '2026-07-01T00:00:00Z', valid_until: '2026-09-01T00:00:00Z' };
  const discount = await create('summer-26', { ...wanted, ...window, scope: 'specific_products', max_redemptions_per_user: 1 });
  assert.match(discount.id, UUID);
  has(discount, { ...wanted, code: 'SUMMER-26', current_redemptions: 0, is_active: true });
  for (const [name, time] of Object.entries(window)) assert.equal(Date.parse(discount[name]), Date.parse(time));
  assert.deepEqual(await ok('GET', `/discounts/${discount.id}`), { data: discount });
});

check('create: fixed amount, with the defaults', async () => {
  const discount = await create('FIVE', { name: 'Five off', discount_type: 'fixed_amount', discount_value: 500 });
  has(discount, { code: 'FIVE', name: 'Five off', discount_type: 'fixed_amount', discount_value: 500, applies_to: 'all' });
  has(discount, { description: null, max_redemptions: null, valid_from: null, valid_until: null, first_time_customer: false, is_active: true });
});

check('discount_value is a JSON number and comes back exactly', async () => {
  for (const value of [0.01, 0.1, 33.33, 99.99, 100]) {
    assert.equal((await create(`P${value}`, { discount_value: value })).discount_value, value);
  }
  for (const value of [1, 999_999]) {
    assert.equal((await create(`F${value}`, { discount_type: 'fixed_amount', discount_value: value })).discount_value, value);
  }
});

check('refused: what no invoice could compute, and a code that is taken', async () => {
  const { meta } = await list();
  const cases = [
    [{ discount_value: 100.01 }, 'discount_value'],
    [{ discount_value: 12.345 }, 'discount_value'],
    [{ discount_type: 'fixed_amount', discount_value: 12.5 }, 'discount_value'],
    [{ recurring_type: 'repeating' }, 'recurring_cycles'],
    [{ valid_from: '2026-07-02T00:00:00Z', valid_until: '2026-07-01T00:00:00Z' }, 'valid_(from|until)'],
    [{ valid_until: 'next week' }, 'valid_until'],
    [{ applies_to: 'specific_products' }, 'product_ids'],
  ];
  for (const [more, field] of cases) refused(await call('POST', '/discounts', { ...TEN, code: 'NO', ...more }), 'object', 400, field);
  refused(await call('POST', '/discounts', { ...TEN, code: 'five' }), 'object', [400, 409], 'code');
  assert.equal((await list()).meta.total, meta.total);
});

check('list: newest first, limit and offset, meta', async () => {
  const { meta } = await list();
  const made = [];
  for (let n = 1; n <= 5; n++) made.unshift((await create(`PAGE${n}`)).id);
  const total = meta.total + 5;
  assert.deepEqual(ids((await list()).data).slice(0, 5), made);
  for (const offset of [0, 2, 4]) {
    const page = await list({ limit: 2, offset });
    assert.deepEqual(page.meta, { total, limit: 2, offset, has_more: offset + 2 < total });
    assert.deepEqual(ids(page.data).slice(0, 5 - offset), made.slice(offset, offset + 2));
  }
  const last = await list({ limit: 2, offset: total - 1 });
  assert.deepEqual([last.data.length, last.meta.has_more], [1, false]);
  assert.deepEqual((await list({ offset: total + 10 })).data, []);
  has((await ok('GET', '/discounts')).meta, { limit: 20, offset: 0, total });
});

check('update: only what is sent changes, null clears', async () => {
  const before = await create('EDIT', { description: 'Before', max_redemptions: 5, valid_until: '2026-12-31T00:00:00Z' });
  const changes = { name: 'Twenty', discount_value: 20.5, max_redemptions: 50, recurring_type: 'forever', first_time_customer: true };
  const { data } = await ok('PATCH', `/discounts/${before.id}`, changes);
  assert.deepEqual({ ...data, updated_at: null }, { ...before, ...changes, updated_at: null });
  assert.deepEqual(await ok('GET', `/discounts/${before.id}`), { data });

  const cleared = { description: null, max_redemptions: null, valid_until: null, recurring_type: null };
  has((await ok('PATCH', `/discounts/${before.id}`, cleared)).data, { ...cleared, name: 'Twenty', discount_value: 20.5 });
  for (const [wrong, field] of [[{ discount_value: 101 }, 'discount_value'], [{ name: '' }, 'name']]) {
    refused(await call('PATCH', `/discounts/${before.id}`, wrong), 'object', 400, field);
  }
  has((await ok('GET', `/discounts/${before.id}`)).data, { name: 'Twenty', discount_value: 20.5 });
});

check('filters: is_active and is_archived', async () => {
  const on = await create('ON');
  const off = await create('OFF');
  const gone = await create('GONE');
  has((await ok('PATCH', `/discounts/${off.id}`, { is_active: false })).data, { is_active: false });
  await ok('PATCH', `/discounts/${gone.id}`, { is_archived: true });
  const found = async (query) => {
    const all = ids((await list(query)).data);
    return Object.entries({ on, off, gone }).filter(([, { id }]) => all.includes(id)).map(([name]) => name);
  };
  assert.deepEqual(await found({ is_archived: 'true' }), ['gone']);
  assert.deepEqual(await found({ is_archived: 'false' }), ['on', 'off']);
  assert.deepEqual(await found({ is_archived: 'false', is_active: 'true' }), ['on']);
  assert.deepEqual(await found({ is_archived: 'false', is_active: 'false' }), ['off']);
});

check('delete returns the discount and takes it out of the list', async () => {
  const discount = await create('BYE');
  const { data } = await ok('DELETE', `/discounts/${discount.id}`);
  has(data, { id: discount.id, code: 'BYE', discount_value: 10 });
  assert.ok(!ids((await list({ is_archived: 'false' })).data).includes(discount.id));
  assert.ok(!ids((await list({ is_active: 'true' })).data).includes(discount.id));
});

complete();
