// Products: what the guide shows (seed 003), lists, updates, archiving, external systems.

import assert from 'node:assert/strict';
import { contract, has, ids, refusal, refused, UUID } from './harness.mjs';
import { CLOCK } from './server.mjs';

const api = contract('/products');
const { call, check, complete } = api;

/** The guide's two products, in its own spelling. */
const PRO_PLAN = {
  productId: 'pro_monthly',
  name: 'Pro Plan',
  description: 'Full access to all features',
  kind: 'subscription',
  pricingModel: 'recurring',
  amountMinor: 2900,
  currency: 'USD',
  interval: 'month',
  intervalCount: 1,
  trialDays: 14,
  features: ['Unlimited projects', 'Priority support', 'Advanced analytics'],
};
const SETUP_FEE = {
  productId: 'setup_fee',
  name: 'Setup Fee',
  description: 'One-time onboarding and configuration',
  kind: 'one_time',
  pricingModel: 'fixed',
  amountMinor: 9900,
  currency: 'USD',
};
/** Its table of billing intervals. */
const INTERVALS = [['day', 1], ['week', 1], ['week', 2], ['month', 1], ['month', 3], ['year', 1]];

const plan = (product_id, more) =>
  api.product(product_id, { kind: 'subscription', pricing_model: 'recurring', interval: 'month', interval_count: 1, ...more });
const pricesOf = async ({ id }, more) => (await api.sdk.prices.list({ product_id: id, limit: 100, ...more })).data;
const listed = async (query) => ids((await api.guide.products.list({ limit: 100, ...query })).data);

let proPlan;

check('Pro Plan, as the guide creates it', async () => {
  proPlan = (await api.guide.products.create(PRO_PLAN)).data;
  assert.match(proPlan.id, UUID);
  assert.equal(proPlan.created_at.slice(0, 13), CLOCK.slice(0, 13));
  assert.equal(proPlan.updated_at, proPlan.created_at);
  has(proPlan, {
    object: 'product',
    product_id: 'pro_monthly',
    name: 'Pro Plan',
    description: 'Full access to all features',
    kind: 'subscription',
    pricing_model: 'recurring',
    amount_minor: 2900,
    currency: 'USD',
    interval: 'month',
    interval_count: 1,
    trial_days: 14,
    features: PRO_PLAN.features,
    fulfillment_type: 'none',
    is_active: true,
    is_archived: false,
  });
  const prices = await pricesOf(proPlan);
  assert.equal(prices.length, 1);
  has(prices[0], { product_id: proPlan.id, active: true, unit_amount: 2900, currency: 'usd', type: 'recurring', pricing_model: 'fixed' });
  has(prices[0], { billing_scheme: 'per_unit', interval: 'month', interval_count: 1, trial_period_days: 14, version: 1 });
});

check('Setup Fee, as the guide creates it: `fixed` is served as one_time', async () => {
  const { data } = await api.guide.products.create(SETUP_FEE);
  has(data, { product_id: 'setup_fee', kind: 'one_time', pricing_model: 'one_time', amount_minor: 9900, currency: 'USD', trial_days: 0 });
  assert.equal(data.interval ?? null, null);
  const prices = await pricesOf(data);
  assert.equal(prices.length, 1);
  has(prices[0], { type: 'one_time', unit_amount: 9900, active: true });
});

check("the guide's other words: kind `service`, pricing model `tiered`", async () => {
  const { data: service } = await api.guide.products.create({ ...SETUP_FEE, productId: 'package', kind: 'service' });
  has(service, { kind: 'one_time', pricing_model: 'one_time', amount_minor: 9900 });

  const tiers = [
    { up_to: 10, unit_amount_minor: 500, flat_amount_minor: null },
    { up_to: null, unit_amount_minor: 300, flat_amount_minor: null },
  ];
  const camel = tiers.map((tier) => ({ upTo: tier.up_to, unitAmountMinor: tier.unit_amount_minor, flatAmountMinor: null }));
  const { amountMinor, ...wanted } = { ...PRO_PLAN, productId: 'tiered', pricingModel: 'tiered', tiersMode: 'volume', tiers: camel };
  const { data: tiered } = await api.guide.products.create(wanted);
  assert.equal(tiered.pricing_model, 'recurring');
  const [price] = await pricesOf(tiered);
  has(price, { type: 'recurring', billing_scheme: 'tiered', tiers_mode: 'volume' });
  price.tiers.forEach((tier, index) => has(tier, tiers[index]));
  assert.equal(price.tiers.length, 2);
});

check('every field of the document, in its own spelling, comes back', async () => {
  const wanted = {
    product_id: 'everything',
    name: 'Café “Everything” 包 🎉',
    description: null,
    kind: 'subscription',
    pricing_model: 'recurring',
    amount_minor: 123_456_789,
    currency: 'JPY',
    interval: 'month',
    interval_count: 2,
    trial_days: 0,
    slug: 'everything',
    fulfillment_type: 'digital',
    billing_anchor_rule: 'day_of_month',
    billing_anchor_day: 31,
    first_charge_behavior: 'prorate',
    end_behavior: 'fixed_payments',
    max_payments: 12,
    metadata: { costCenter: 'A1', snake_case: [1, { deepKey: true }], 'with space': null },
    image_url: 'https://example.com/e.png',
  };
  has((await api.sdk.products.create(wanted)).data, wanted);
  const stock = { track_inventory: true, stock_quantity: 5, fulfillment_type: 'physical' };
  has(await api.product('poster', stock), stock);
});

check('every interval of the table', async () => {
  for (const [interval, interval_count] of INTERVALS) {
    const product = await plan(`every_${interval_count}_${interval}`, { interval, interval_count });
    has(product, { interval, interval_count, trial_days: 0 });
    has((await pricesOf(product))[0], { type: 'recurring', interval, interval_count });
  }
});

check("get by id and by the merchant's own product_id", async () => {
  assert.deepEqual((await api.sdk.products.get(proPlan.id)).data, proPlan);
  assert.deepEqual((await api.sdk.products.get('pro_monthly')).data, proPlan);
  const odd = await api.product('team/ü plan?');
  assert.deepEqual((await api.sdk.products.get('team/ü plan?')).data, odd);
});

check('a product_id is taken once', async () => {
  const error = await refusal(api.sdk.products.create({ ...proPlan, name: 'Second' }));
  refused(error, 'text', [400, 409], 'product_id');
  assert.deepEqual((await api.sdk.products.get('pro_monthly')).data, proPlan);
});

check('list filters: isActive and is_active, kind', async () => {
  const off = await plan('switched_off');
  await api.sdk.products.update(off.id, { is_active: false });
  const fee = (await api.sdk.products.get('setup_fee')).data;
  for (const name of ['isActive', 'is_active']) {
    const [on, no] = [await listed({ [name]: true }), await listed({ [name]: false })];
    assert.ok(on.includes(proPlan.id) && !on.includes(off.id), `${name}=true`);
    assert.ok(no.includes(off.id) && !no.includes(proPlan.id), `${name}=false`);
  }
  const { data } = await api.guide.products.list({ kind: 'subscription', isActive: true, limit: 100 });
  assert.ok(ids(data).includes(proPlan.id) && !ids(data).includes(fee.id) && !ids(data).includes(off.id));
  assert.ok(data.every(({ kind, is_active }) => kind === 'subscription' && is_active));
});

check('search and pages: stable, newest first, each product once, totals right', async () => {
  const made = [];
  for (let n = 1; n <= 7; n++) made.unshift((await api.product(`zebra_${n}`, { name: `Zebra crossing ${n}` })).id);
  const seen = [];
  for (const [page, size] of [[1, 3], [2, 3], [3, 1], [4, 0]]) {
    const query = { search: 'zEBRA cross', page, limit: 3 };
    const list = await api.sdk.products.list(query);
    assert.deepEqual(list.pagination, { kind: 'offset', page, limit: 3, total: 7, totalPages: 3 });
    assert.equal(list.data.length, size);
    assert.deepEqual(await api.sdk.products.list(query), list);
    seen.push(...ids(list.data));
  }
  assert.deepEqual(seen, made);
  has((await api.sdk.products.list()).pagination, { kind: 'offset', page: 1, limit: 20 });
  const none = await api.sdk.products.list({ search: 'no such words' });
  assert.deepEqual([none.data, none.pagination.total], [[], 0]);
});

check('update: only what is sent changes; a new amount is a new price, the old one stays listed', async () => {
  const before = (await api.sdk.products.get('pro_monthly')).data;
  const { data } = await api.guide.products.update('pro_monthly', { name: 'Pro Plan (2024)', amountMinor: 3900 });
  const changes = { name: 'Pro Plan (2024)', amount_minor: 3900, default_price_id: data.default_price_id };
  assert.notEqual(data.default_price_id, before.default_price_id);
  assert.deepEqual({ ...data, updated_at: null }, { ...before, ...changes, updated_at: null });
  assert.deepEqual((await api.sdk.products.get(before.id)).data, data);

  const [fresh, old] = await pricesOf(data);
  has(fresh, { unit_amount: 3900, active: true, interval: 'month', interval_count: 1, trial_period_days: 14 });
  has(old, { unit_amount: 2900 });

  await api.sdk.products.update(data.id, { amount_minor: 3900, description: null });
  has((await api.sdk.products.get(data.id)).data, { amount_minor: 3900, description: null, name: 'Pro Plan (2024)' });
  assert.deepEqual(ids(await pricesOf(data)), ids([fresh, old]), 'the same amount is not a new price');
});

check('archive by is_active: false or is_archived: true, and back', async () => {
  for (const [archive, restore] of [
    [{ isActive: false }, { isActive: true }],
    [{ is_archived: true }, { is_archived: false, is_active: true }],
  ]) {
    const product = await api.product(`archive_by_${Object.keys(archive)[0]}`);
    const { data } = await api.guide.products.update(product.id, archive);
    has(data, archive.is_archived ? { is_archived: true } : { is_active: false });
    assert.deepEqual((await api.sdk.products.get(product.id)).data, data);
    assert.ok(!(await listed({ isActive: true })).includes(product.id));
    has((await api.guide.products.update(product.id, restore)).data, { is_active: true, is_archived: false });
    assert.ok((await listed({ isActive: true })).includes(product.id));
  }
});

const ITEM = { name: 'Tape', description: 'Sticky', kind: 'one_time', amountCents: 1500, currency: 'EUR', externalUpdatedAt: '2026-06-01T10:00:00Z' };
const upsert = async (path, item) => {
  const { status, body } = await call('PUT', `/products/external/${path}`, item);
  assert.equal(status, 200, JSON.stringify(body));
  return { ...body, skipped: body.skipped ?? false };
};

check('external upsert: created, unchanged, updated, stale', async () => {
  const first = await upsert('erp/SKU-1', { ...ITEM, externalRef: 'row 7', isActive: true });
  has(first, { created: true, skipped: false });
  has(first.data, { externalId: 'SKU-1', externalSystem: 'erp', externalRef: 'row 7', name: 'Tape', description: 'Sticky' });
  has(first.data, { kind: 'one_time', amountCents: 1500, currency: 'EUR', isActive: true, interval: null });
  has((await api.sdk.products.get(first.data.id)).data, { name: 'Tape', amount_minor: 1500, currency: 'EUR', kind: 'one_time' });

  const again = await upsert('erp/SKU-1', { ...ITEM, externalRef: 'row 7', isActive: true });
  has(again, { created: false, skipped: true, data: first.data });

  const dearer = { ...ITEM, amountCents: 1700, externalUpdatedAt: '2026-06-02T10:00:00Z' };
  const newer = await upsert('erp/SKU-1', dearer);
  has(newer, { created: false, skipped: false });
  has(newer.data, { id: first.data.id, amountCents: 1700, externalRef: 'row 7' });

  const stale = await upsert('erp/SKU-1', { ...ITEM, name: 'Old tape', externalUpdatedAt: '2026-06-01T23:59:59Z' });
  has(stale, { created: false, skipped: true, data: newer.data });
  has((await api.sdk.products.get(first.data.id)).data, { name: 'Tape', amount_minor: 1700 });
});

check('external upsert: ids belong to their source and may hold any character', async () => {
  const one = await upsert('shop/SKU-1', { ...ITEM, kind: 'subscription', interval: 'week', intervalCount: 2 });
  has(one, { created: true });
  has(one.data, { externalSystem: 'shop', kind: 'subscription', interval: 'week', intervalCount: 2 });
  const odd = await upsert(`shop/${encodeURIComponent('A/7 ä%')}`, ITEM);
  assert.equal(odd.data.externalId, 'A/7 ä%');
  assert.notEqual(odd.data.id, one.data.id);
});

check('external batch: each item created, updated, skipped or failed by itself', async () => {
  const item = (external_id, more) => ({ external_id, name: external_id, amount_cents: 1000, external_updated_at: '2026-06-01T00:00:00Z', ...more });
  const batch = async (...products) => {
    const { status, body } = await call('PUT', '/products/external/batch', { source: 'pim', products });
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const kept = [item('same'), item('stale'), item('newer')];
  assert.deepEqual(await batch(...kept), { created: 3, updated: 0, skipped: 0, failed: [] });

  const result = await batch(
    item('same'),
    item('stale', { amount_cents: 1, external_updated_at: '2026-05-31T00:00:00Z' }),
    item('newer', { amount_cents: 2000, external_updated_at: '2026-06-02T00:00:00Z' }),
    item('fresh', { currency: 'GBP', metadata: { rackRow: 4 } }),
    item('negative', { amount_cents: -1 }),
    item('nowhere', { currency: 'ABC' }),
  );
  has(result, { created: 1, updated: 1, skipped: 2 });
  assert.deepEqual(result.failed.map(({ external_id }) => external_id), ['negative', 'nowhere']);
  assert.match(result.failed[0].error, /amount/);
  assert.match(result.failed[1].error, /currency/);

  const amount = async (id) => (await upsert(`pim/${id}`, { name: id, amountCents: 1000, externalUpdatedAt: '2020-01-01T00:00:00Z' })).data.amountCents;
  assert.deepEqual([await amount('same'), await amount('stale'), await amount('newer'), await amount('fresh')], [1000, 1000, 2000, 1000]);
  assert.equal((await upsert('pim/negative', { name: 'n', amountCents: 5 })).created, true, 'a failed item left nothing behind');

  const many = Array.from({ length: 101 }, (_, n) => item(`bulk_${n}`));
  refused(await call('PUT', '/products/external/batch', { source: 'pim', products: many }), 'text', 400, 'products');
  assert.equal((await upsert('pim/bulk_0', { name: 'b', amountCents: 5 })).created, true, 'a refused batch left nothing behind');
});

complete();
