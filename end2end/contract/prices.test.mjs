// Prices: every pricing model, list filters and cursors, what may change and what may not.
// The SDK's types say that a price's currency is lower case (a product's is upper case).

import assert from 'node:assert/strict';
import { contract, has, ids, refusal, refused } from './harness.mjs';

const api = contract('/prices');
const { check, complete } = api;

const tier = (up_to, unit_amount_minor, flat_amount_minor = null, more = {}) => ({ up_to, unit_amount_minor, flat_amount_minor, ...more });
const create = (product, more) => api.sdk.prices.create({ product_id: product.id, ...more });
/** All prices of a product that match, without the default price the product came with. */
async function priceList(product, query) {
  const list = await api.sdk.prices.list({ product_id: product.id, limit: 100, ...query });
  return { ...list, data: list.data.filter(({ unit_amount }) => unit_amount !== 1000) };
}

/** [name, request, what is served beyond the request's own fields] */
const MODELS = [
  ['the defaults', { unit_amount: 500 }, { currency: 'usd', type: 'one_time', pricing_model: 'fixed', billing_scheme: 'per_unit' }],
  [
    'fixed, recurring',
    {
      unit_amount: 1999, currency: 'eur', type: 'recurring', interval: 'month', interval_count: 12, trial_period_days: 730,
      start_rule: 'next_anchor', name: 'Morning', nickname: 'Euro plan', description: 'Twelve months', metadata: { costCenter: 'A1', x_y: [1, null] },
    },
    { pricing_model: 'fixed', billing_scheme: 'per_unit' },
  ],
  ['nothing at all', { unit_amount: 0 }, { unit_amount: 0 }],
  ['graduated', { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: [tier(10, 500), tier(100, 400, 1000), tier(null, 300)] }, {}],
  ['volume', { billing_scheme: 'tiered', tiers_mode: 'volume', tiers: [tier(1000, 100), tier(null, null, 90_000)] }, { unit_amount: null }],
  [
    'tiers below a cent',
    { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: [tier(5, 1), tier(null, null, null, { unit_amount_decimal: '0.0000024' })] },
    {},
  ],
  ['percentage', { billing_scheme: 'percentage', percentage_rate_bps: 70 }, { tiers: null }],
  ['packs', { unit_amount: 2500, transform_quantity: { divide_by: 10, round: 'up' } }, { billing_scheme: 'per_unit' }],
  [
    'pay what you want',
    { pricing_model: 'pay_what_you_want', minimum_amount: 500, maximum_amount: 10_000, suggested_amount: 2500, preset_amounts: [1000, 2500, 5000] },
    { type: 'one_time' },
  ],
  ['free', { pricing_model: 'free' }, { type: 'one_time' }],
];

for (const [name, wanted, more] of MODELS) {
  check(`create and get: ${name}`, async () => {
    const product = await api.product(`model_${name}`);
    const price = await create(product, wanted);
    const { tiers, ...plain } = { ...wanted, ...more };
    has(price, { object: 'price', product_id: product.id, active: true, lookup_key: null, ...plain });
    if (tiers) {
      assert.equal(price.tiers.length, tiers.length);
      tiers.forEach((tier, index) => has(price.tiers[index], tier));
    }
    if (wanted.pricing_model === 'free') assert.equal(price.unit_amount ?? 0, 0);
    assert.deepEqual(await api.sdk.prices.get(price.id), price);
  });
}

check('currencies: any ISO code, read in either case, served in lower case', async () => {
  const product = await api.product('currencies');
  for (const currency of ['GBP', 'jpy', 'Kwd']) has(await create(product, { unit_amount: 5, currency }), { currency: currency.toLowerCase() });
});

check('list: each filter, and all of them together', async () => {
  const product = await api.product('filters');
  const made = {
    eur: await create(product, { unit_amount: 1, currency: 'eur', lookup_key: 'filters_eur' }),
    monthly: await create(product, { unit_amount: 2, type: 'recurring', interval: 'month' }),
    wish: await create(product, { pricing_model: 'pay_what_you_want', minimum_amount: 100 }),
    old: await create(product, { unit_amount: 3, currency: 'eur' }),
  };
  await api.sdk.prices.archive(made.old.id);
  await create(await api.product('filters_other'), { unit_amount: 4, currency: 'eur' });

  const cases = [
    [{}, 'eur monthly wish old'],
    [{ type: 'recurring' }, 'monthly'],
    [{ type: 'one_time' }, 'eur wish old'],
    [{ pricing_model: 'pay_what_you_want' }, 'wish'],
    [{ pricing_model: 'fixed' }, 'eur monthly old'],
    [{ pricing_model: 'free' }, ''],
    [{ active: 'true' }, 'eur monthly wish'],
    [{ active: 'false' }, 'old'],
    [{ currency: 'eur' }, 'eur old'],
    [{ currency: 'EUR' }, 'eur old'],
    [{ lookup_key: 'filters_eur' }, 'eur'],
    [{ lookup_key: 'filters' }, ''],
    [{ currency: 'eur', active: 'true', type: 'one_time', pricing_model: 'fixed', lookup_key: 'filters_eur' }, 'eur'],
  ];
  for (const [query, names] of cases) {
    const { data } = await priceList(product, query);
    const wanted = names.split(' ').filter(Boolean).map((name) => made[name].id);
    assert.deepEqual(ids(data).sort(), wanted.sort(), JSON.stringify(query));
  }
  const everywhere = await api.sdk.prices.list({ lookup_key: 'filters_eur' });
  assert.deepEqual([ids(everywhere.data), everywhere.total_count], [[made.eur.id], 1]);
});

check('cursors: forwards and backwards, newest first, each price once, unmoved by new prices', async () => {
  const product = await api.product('cursors');
  const made = [];
  for (let n = 1; n <= 7; n++) made.unshift((await create(product, { unit_amount: n, currency: 'chf' })).id);
  const page = async (cursor) => {
    const { object, data, has_more, total_count } = await api.sdk.prices.list({ product_id: product.id, currency: 'chf', limit: 3, ...cursor });
    assert.equal(object, 'list');
    return [ids(data), has_more, total_count];
  };
  const [one, two, three] = [made.slice(0, 3), made.slice(3, 6), made.slice(6)];
  assert.deepEqual(await page(), [one, true, 7]);
  assert.deepEqual(await page({ starting_after: one[2] }), [two, true, 7]);
  assert.deepEqual(await page({ starting_after: two[2] }), [three, false, 7]);
  assert.deepEqual(await page({ starting_after: three[0] }), [[], false, 7]);
  assert.deepEqual(await page({ ending_before: three[0] }), [two, true, 7]);
  assert.deepEqual(await page({ ending_before: two[0] }), [one, false, 7]);

  const newest = await create(product, { unit_amount: 8, currency: 'chf' });
  assert.deepEqual(await page({ starting_after: one[2] }), [two, true, 8]);
  assert.deepEqual(await page({ ending_before: one[0] }), [[newest.id], false, 8]);
});

check('update: names, description, metadata and active change, null clears, nothing else moves', async () => {
  const price = await create(await api.product('update'), { unit_amount: 100, nickname: 'Old', metadata: {} });
  const changes = { name: 'Évening', nickname: 'New', description: 'Now with words', metadata: { costCenter: 7 }, active: false, lookup_key: 'update_me' };
  const changed = await api.sdk.prices.update(price.id, changes);
  assert.deepEqual({ ...changed, updated_at: null }, { ...price, ...changes, updated_at: null });
  assert.deepEqual(await api.sdk.prices.get(price.id), changed);

  has(await api.sdk.prices.update(price.id, { active: true }), { ...changes, active: true });
  const cleared = { name: null, nickname: null, description: null, lookup_key: null };
  has(await api.sdk.prices.update(price.id, cleared), { ...cleared, active: true, metadata: { costCenter: 7 } });
});

const CORE = {
  product_id: '00000000-0000-4000-8000-000000000001',
  unit_amount: 101,
  unit_amount_decimal: '0.5',
  currency: 'eur',
  type: 'one_time',
  pricing_model: 'free',
  interval: 'year',
  interval_count: 2,
  trial_period_days: 3,
  start_rule: 'prorate',
  billing_scheme: 'percentage',
  percentage_rate_bps: 5,
  tiers_mode: 'volume',
  tiers: [tier(1, 1), tier(null, 1)],
  transform_quantity: { divide_by: 2, round: 'down' },
  minimum_amount: 1,
  maximum_amount: 1,
  suggested_amount: 1,
  preset_amounts: [1],
};

check('update: no core field changes; each attempt is refused, naming it', async () => {
  const price = await create(await api.product('core'), { unit_amount: 100, type: 'recurring', interval: 'month' });
  for (const [field, value] of [...Object.entries(CORE), ['surprise', 1]]) {
    const error = await refusal(api.sdk.prices.update(price.id, { nickname: 'Sneaked in', [field]: value }));
    refused(error, 'object', 400, `^${field}`);
  }
  assert.deepEqual(await api.sdk.prices.get(price.id), price);
});

check('lookup_key: one price holds it; it moves when released or transferred', async () => {
  const product = await api.product('lookup');
  const holder = async () => ids((await api.sdk.prices.list({ lookup_key: 'standard' })).data);
  const first = await create(product, { unit_amount: 1, lookup_key: 'standard' });
  assert.equal(first.lookup_key, 'standard');

  const wanted = { product_id: product.id, unit_amount: 2, lookup_key: 'standard' };
  refused(await refusal(api.sdk.prices.create(wanted)), 'object', [400, 409], 'lookup_key');
  assert.deepEqual(await holder(), [first.id]);

  const second = await api.guide.prices.create({ ...wanted, transfer_lookup_key: true });
  assert.equal(second.lookup_key, 'standard');
  assert.equal((await api.sdk.prices.get(first.id)).lookup_key, null);
  assert.deepEqual(await holder(), [second.id]);

  refused(await refusal(api.sdk.prices.update(first.id, { lookup_key: 'standard' })), 'object', [400, 409], 'lookup_key');
  await api.sdk.prices.update(second.id, { lookup_key: null });
  await api.sdk.prices.update(first.id, { lookup_key: 'standard' });
  assert.deepEqual(await holder(), [first.id]);
});

check('archive: DELETE returns the price, inactive; it stays readable and can return', async () => {
  const product = await api.product('archive');
  const price = await create(product, { unit_amount: 1, nickname: 'Gone' });
  const archived = await api.sdk.prices.archive(price.id);
  assert.deepEqual({ ...archived, updated_at: null }, { ...price, active: false, updated_at: null });
  assert.deepEqual(await api.sdk.prices.get(price.id), archived);
  assert.deepEqual(ids((await priceList(product, { active: 'true' })).data), []);
  assert.deepEqual(ids((await priceList(product, { active: 'false' })).data), [price.id]);
  has(await api.sdk.prices.archive(price.id), { id: price.id, active: false });
  has(await api.sdk.prices.update(price.id, { active: true }), { id: price.id, active: true });
});

complete();
