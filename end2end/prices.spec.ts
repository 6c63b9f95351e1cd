// Prices: the editor computes what the server will charge.

import { expect, focused, heading, OWNER, NOBODY, rpc, signIn, table, test, unique, visit, type Page } from './fixtures';

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const comes = (page: Page) => page.getByRole('region', { name: 'What it comes to' }).getByRole('status');
const quantity = (page: Page) => page.getByRole('region', { name: 'Calculator' }).getByLabel('Quantity', { exact: true });
const dollars = (minor: number) => `$${(minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })}`;

/** The tiers that the editor shows, typed in. */
async function tiers(page: Page, tiers: [upTo: string, unit: string, flat: string][]) {
  for (let n = 2; n < tiers.length; n++) await page.getByRole('button', { name: 'Add a tier' }).click();
  for (const [n, [upTo, unit, flat]] of tiers.entries()) {
    if (upTo) await page.getByLabel(`Last unit of tier ${n + 1}`).fill(upTo);
    await page.getByLabel(`Amount per unit in tier ${n + 1}`).fill(unit);
    if (flat) await page.getByLabel(`Flat amount of tier ${n + 1}`).fill(flat);
  }
}

const SEATS: [string, string, string][] = [['5', '12', ''], ['20', '10', ''], ['', '8', '25']];
const TIERS = [
  { up_to: 5, unit_amount_minor: 1200 },
  { up_to: 20, unit_amount_minor: 1000 },
  { up_to: null, unit_amount_minor: 800, flat_amount_minor: 2500 },
];

test('U23 the story: sign in, create a product with a tiered price, see what 17 seats cost while typing', async ({ visitor, api }) => {
  const page = await visitor({ state: NOBODY });
  await signIn(page, OWNER.email, OWNER.password);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Products', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'New product' }).click();
  const id = unique('seats');
  await field(page, 'Name').fill('Seats');
  await field(page, 'Product id').fill(id);
  await field(page, 'Amount').fill('0');
  await page.getByRole('button', { name: 'Create product' }).click();
  await expect(heading(page)).toHaveText('Seats');
  await page.getByRole('main').getByRole('link', { name: 'Add price' }).click();
  await expect(heading(page)).toHaveText('New price');
  await page.getByRole('radio', { name: /^Graduated tiers/ }).check();
  await tiers(page, SEATS);
  await field(page, 'Charged').selectOption('month');

  // While typing, letter by letter, without asking the server.
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await quantity(page).fill('');
  await quantity(page).press('1');
  await expect(comes(page)).toContainText('$12.00 every month');
  await quantity(page).press('7');
  await expect(comes(page)).toContainText('$180.00 every month');
  await expect(comes(page)).toContainText('Tier 1: 5 × $12.00 = $60.00');
  await expect(comes(page)).toContainText('Tier 2: 12 × $10.00 = $120.00');
  expect(asked).toEqual([]);

  // The server says the same, before and after it is stored.
  const { data: product } = await api(`/products/${id}`);
  const wanted = { product_id: product.id, currency: 'usd', type: 'recurring', interval: 'month', billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: TIERS.map((tier) => ({ flat_amount_minor: null, ...tier })) };
  const quote = await rpc(page.context().request, 'catalog/prices/rpc/quote_price', { new: wanted, quantity: 17, base: null });
  expect(quote.amount).toBe(18_000);
  await page.getByRole('button', { name: 'Create price' }).click();
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('Price created');
  await expect(page.getByRole('main')).toContainText('Graduated, 3 tiers');
  await expect(comes(page)).toContainText('$180.00 every month');
  const stored = (await api(`/prices?product_id=${product.id}`)).data.find((price: any) => price.billing_scheme === 'tiered');
  expect(stored).toMatchObject({ currency: 'usd', type: 'recurring', interval: 'month', tiers_mode: 'graduated', tiers: TIERS });
});

test('U23 for every model and many quantities, the browser and the server come to the same amount', async ({ page, api }) => {
  test.slow();
  const { data: product } = await api('/products/team_monthly');
  const cases: [model: RegExp, type: () => Promise<unknown>, terms: object][] = [
    [/^Fixed/, () => field(page, 'Amount per unit').fill('0.0025'), { unit_amount_decimal: '0.25' }],
    [/^Graduated tiers/, () => tiers(page, SEATS), { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: TIERS }],
    [/^Volume tiers/, () => tiers(page, SEATS), { billing_scheme: 'tiered', tiers_mode: 'volume', tiers: TIERS }],
    [
      /^Packs/,
      async () => {
        await field(page, 'Amount per pack').fill('25');
        await field(page, 'Units in a pack').fill('10');
      },
      { unit_amount: 2500, transform_quantity: { divide_by: 10, round: 'up' } },
    ],
    [/^Free/, async () => {}, { pricing_model: 'free' }],
  ];
  for (const [model, type, terms] of cases) {
    await visit(page, `/products/${product.id}/prices/new`);
    await page.getByRole('radio', { name: model }).check();
    await type();
    for (const units of [0, 1, 5, 6, 17, 20, 21, 100, 12_345]) {
      const wanted = { product_id: product.id, currency: 'usd', type: 'recurring', interval: 'month', ...terms };
      const quote = await rpc(page.context().request, 'catalog/prices/rpc/quote_price', { new: wanted, quantity: units, base: null });
      await quantity(page).fill(String(units));
      await expect(comes(page), `${model} ${units}`).toContainText(`${dollars(quote.amount)} every month`);
    }
  }
});

test('the table of tiers: Enter goes on, arrows move, the last tier has no end, too few are refused', async ({ page, api }) => {
  const { data: product } = await api('/products/team_monthly');
  await visit(page, `/products/${product.id}/prices/new`);
  await page.getByRole('radio', { name: /^Graduated tiers/ }).check();
  const remove = page.getByRole('button', { name: /^Remove tier/ });
  await expect(remove).toHaveCount(2);
  await expect(remove.first()).toHaveAttribute('aria-disabled', 'true');
  await page.getByLabel('Amount per unit in tier 1').fill('3');
  await page.keyboard.press('Enter');
  await focused(page.getByLabel('Amount per unit in tier 2'));
  await page.keyboard.press('Enter');
  await expect(remove).toHaveCount(3);
  await focused(page.getByLabel('Last unit of tier 2'));
  await page.keyboard.press('ArrowUp');
  await focused(page.getByLabel('Last unit of tier 1'));
  await expect(page.getByLabel('Last unit of tier 3')).toHaveCount(0);
  // Tiers that do not ascend are refused at the tier, by the rule that the server has.
  await page.getByLabel('Last unit of tier 1').fill('10');
  await page.getByLabel('Last unit of tier 2').fill('10');
  await page.getByRole('button', { name: 'Create price' }).click();
  await expect(page.getByLabel('Last unit of tier 2')).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Remove tier 2' }).click();
  await expect(remove).toHaveCount(2);
  await expect(page.getByLabel('Amount per unit in tier 1')).toHaveValue('3');
});

test('the page of a price: its tiers, a calculator, and a new one like it', async ({ page, api }) => {
  const [price] = (await api('/prices?lookup_key=team_seats')).data;
  await visit(page, `/prices/${price.id}`);
  await expect(heading(page)).toHaveText('Per seat');
  const tiers = table(page, 'Tiers').getByRole('row');
  await expect(tiers.nth(1)).toContainText('1 to 5');
  await expect(tiers.nth(3)).toContainText('21 and above');
  await expect(tiers.nth(3)).toContainText('$25.00');
  await expect(comes(page)).toContainText('$180.00 every month');
  await quantity(page).fill('21');
  await expect(comes(page)).toContainText('$243.00 every month');
  await page.getByRole('button', { name: /^More actions/ }).click();
  await page.getByRole('menuitem', { name: 'New price like this' }).click();
  await expect(heading(page)).toHaveText('New price');
  await expect(page.getByRole('radio', { name: /^Graduated tiers/ })).toBeChecked();
  await expect(page.getByLabel('Last unit of tier 2')).toHaveValue('20');
  await expect(page.getByLabel('Lookup key')).toHaveValue('');
  await expect(comes(page)).toContainText('$180.00 every month');
});

test('a price changes its names only, is archived, and comes back', async ({ page, api }) => {
  const { data: product } = await api('/products/lessons');
  const made = await api('/prices', { method: 'POST', data: { product_id: product.id, unit_amount: 5000, currency: 'jpy', nickname: 'Trial lesson' } });
  await visit(page, `/prices/${made.id}`);
  await page.getByRole('main').getByRole('link', { name: 'Edit' }).click();
  const drawer = page.getByRole('dialog', { name: 'Edit price' });
  await drawer.getByLabel('Nickname').fill('First lesson');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await expect(heading(page)).toHaveText('First lesson');
  await page.getByRole('button', { name: /^More actions/ }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive price' }).click();
  const messages = page.getByRole('status', { name: 'Messages' });
  await expect(messages).toContainText('Price archived');
  await expect.poll(async () => (await api(`/prices/${made.id}`)).active).toBe(false);
  await messages.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await api(`/prices/${made.id}`)).active).toBe(true);
});
