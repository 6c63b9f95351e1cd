// Test and live: two worlds that never mix.

import { expect, heading, hydrated, NOBODY, OWNER, rows, signIn, test, unique, visit, type Page } from './fixtures';
import { LISTS } from './pages';

const banner = (page: Page) => page.getByText('Test mode', { exact: true });

/** Another session, because the mode is the session's: the shared one stays in test mode. */
async function own(visitor: any): Promise<Page> {
  const page = await visitor({ state: NOBODY });
  await signIn(page, OWNER.email, OWNER.password);
  return page;
}

async function change(page: Page, mode: 'Test' | 'Live') {
  const button = page.getByRole('group', { name: 'Mode' }).getByRole('button', { name: mode });
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await expect(banner(page)).toHaveCount(mode === 'Test' ? 1 : 0);
  await hydrated(page);
}

test('U41 the switch keeps the page; test mode has a banner and a title of its own', async ({ visitor }) => {
  const page = await own(visitor);
  for (const { path, title } of LISTS) {
    await visit(page, path);
    await expect(banner(page)).toBeVisible();
    await expect(page).toHaveTitle(`Test · ${title} · Merx`);
    await change(page, 'Live');
    await expect(page).toHaveURL((url) => url.pathname === path);
    await expect(page).toHaveTitle(`${title} · Merx`);
    await change(page, 'Test');
    await expect(page).toHaveURL((url) => url.pathname === path);
  }
});

test('U41 what is made in one mode is not in the other: lists, search, addresses, API', async ({ visitor, api, trouble }) => {
  test.slow();
  trouble.allowStatus(404);
  const page = await own(visitor);
  const id = unique('world');
  const data = { product_id: id, name: 'Of this world only', kind: 'one_time', pricing_model: 'one_time', amount_minor: 1 };
  const { data: product } = await api('/products', { method: 'POST', data });
  const { data: discount } = await api('/discounts', { method: 'POST', data: { code: id, name: 'Of this world only', discount_type: 'percentage', discount_value: 1 } });
  await visit(page, '/products?q=world');
  expect(await rows(page).count()).toBeGreaterThan(0);
  await change(page, 'Live');
  for (const { path, none } of LISTS) {
    await visit(page, path);
    await expect(page.getByRole('heading', { name: none })).toBeVisible();
    await visit(page, `${path}?q=world`);
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  }
  for (const path of [`/products/${product.id}`, `/products/${id}`, `/discounts/${discount.id}`]) {
    expect((await visit(page, path)).status(), path).toBe(404);
    await expect(heading(page)).toHaveText('Page not found');
  }
  expect((await api('/products?limit=100', { mode: 'live' })).data).toEqual([]);
  expect((await api('/discounts?limit=100', { mode: 'live' })).data).toEqual([]);
  // The same name is free in the other world, and stays there.
  await visit(page, '/products/new');
  await page.getByLabel('Name', { exact: true }).fill('Of the other world');
  await page.getByLabel('Product id').fill(id);
  await page.getByLabel('Amount', { exact: true }).fill('7');
  await page.getByRole('button', { name: 'Create product' }).click();
  await expect(heading(page)).toHaveText('Of the other world');
  expect((await api(`/products/${id}`)).data.name).toBe('Of this world only');
  expect((await api(`/products/${id}`, { mode: 'live' })).data.name).toBe('Of the other world');
});

test('U39 an empty list says what belongs there and how to make the first', async ({ visitor, merx, playwright }) => {
  // A business of its own: other tests may have filled the first one.
  const headers = { authorization: `Bearer ${await merx.bearer()}` };
  const context = await playwright.request.newContext({ baseURL: merx.origin, storageState: NOBODY });
  expect((await context.post('/v2/projects', { headers, data: { name: 'Empty shop' } })).ok()).toBe(true);
  await context.dispose();
  const page = await own(visitor);
  await page.getByRole('button', { name: 'Switch to Empty shop' }).click();
  await expect(page.getByRole('button', { name: /^Switch to / })).not.toHaveText('Switch to Empty shop');
  for (const { path, none, create } of LISTS) {
    await visit(page, path);
    await expect(page.getByRole('heading', { name: none })).toBeVisible();
    if (create) await expect(page.getByRole('main').getByRole('link', { name: create })).toHaveCount(2);
  }
});
