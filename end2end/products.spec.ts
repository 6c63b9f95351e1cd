// Products, from the first click to the row.

import { expect, focused, heading, rows, table, test, unique, visit, type Page } from './fixtures';

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const timeline = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('time') });

test('a subscription is created as the preview says, changed, and both stand in its timeline', async ({ page, api }) => {
  const id = unique('plan');
  await visit(page, '/products');
  await page.getByRole('main').getByRole('link', { name: 'New product' }).click();
  await expect(heading(page)).toHaveText('New product');
  await page.getByRole('radio', { name: /^Subscription/ }).check();
  await field(page, 'Name').fill('Gold');
  await field(page, 'Product id').fill(id);
  await field(page, 'Amount').fill('1,234.50');
  await field(page, 'Currency').selectOption('EUR');
  await field(page, 'Interval').selectOption({ label: 'Month' });
  await field(page, 'Intervals between charges').fill('3');
  await page.getByLabel('Free trial').fill('14');
  await page.getByLabel('Features').fill('Everything\nAnd more');
  await expect(preview(page)).toContainText('€1,234.50 every 3 months, 14 days free');
  await page.getByRole('button', { name: 'Add a pair' }).click();
  await page.getByLabel('Key 1').fill('tier');
  await page.getByLabel('Value 1').fill('gold');
  await page.getByRole('button', { name: 'Create product' }).click();

  await expect(heading(page)).toHaveText('Gold');
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('Gold created');
  expect((await api(`/products/${id}`)).data).toMatchObject({
    product_id: id, name: 'Gold', kind: 'subscription', amount_minor: 123_450, currency: 'EUR', interval: 'month', interval_count: 3,
    trial_days: 14, features: ['Everything', 'And more'], metadata: { tier: 'gold' },
  });
  await expect(page.getByRole('main')).toContainText('€1,234.50 every 3 months, 14 days free');
  await expect(page.getByRole('listitem').filter({ hasText: /^And more$/ })).toBeVisible();
  await expect(table(page, 'Prices').getByRole('row', { name: /€1,234.50/ })).toContainText('Default');

  // "Back" leads to the list, not to the form that is done.
  await page.goBack();
  await expect(heading(page)).toHaveText('Products');
  await page.goForward();
  await page.getByRole('main').getByRole('link', { name: 'Edit' }).click();
  await expect(heading(page)).toHaveText('Edit Gold');
  await expect(field(page, 'Amount')).toHaveValue('1234.50');
  await field(page, 'Name').fill('Platinum');
  await field(page, 'Amount').fill('2000');
  await expect(preview(page)).toContainText('New purchases get a new price. Whoever subscribed keeps the old one.');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(heading(page)).toHaveText('Platinum');
  await expect(timeline(page).first()).toContainText('Product updated');
  await expect(timeline(page).first()).toContainText('€1,234.50');
  await expect(timeline(page).first()).toContainText('€2,000.00');
  await expect(timeline(page).filter({ hasText: 'Product created' })).toHaveCount(1);
  const { data: prices } = await api(`/prices?product_id=${(await api(`/products/${id}`)).data.id}`);
  expect(prices.map(({ unit_amount }: any) => unit_amount).sort()).toEqual([123_450, 200_000]);
});

test('U14 the head of a product: name, status in words, id to copy, first action, the others in a menu', async ({ page, context, api, merx }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: merx.origin });
  for (const [path, name, status] of [['products/pro_monthly', 'Pro Plan', 'Active'], ['products/summer_pass_2025', 'Summer pass 2025', 'Archived'], ['discounts', '', 'Active'], ['prices', '', 'Active']]) {
    const found = path.includes('/') ? (await api(`/${path}`)).data : (await api(path === 'prices' ? '/prices?lookup_key=team_seats' : '/discounts?search=SUMMER25')).data[0];
    await visit(page, `/${path.split('/')[0]}/${found.id}`);
    const head = page.getByRole('main');
    if (name) await expect(heading(page)).toHaveText(name);
    await expect(head.getByText(status, { exact: true }).first()).toBeVisible();
    await expect(head.getByText(found.id, { exact: true })).toBeVisible();
    await head.getByRole('button', { name: 'Copy id' }).click();
    await expect(page.getByText('Copied', { exact: true })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(found.id);
    await expect(head.getByRole('link', { name: 'Edit' })).toBeVisible();
    const more = head.getByRole('button', { name: /^More actions for/ });
    await more.focus();
    await page.keyboard.press('Enter');
    await focused(page.getByRole('menuitem').first());
    await page.keyboard.press('Escape');
    await focused(more);
  }
});

test('U15 the timeline says what, who and when, with the exact time on hover and focus, and grows after an action', async ({ page, api }) => {
  const data = { product_id: unique('story'), name: 'Story', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 };
  const { data: product } = await api('/products', { method: 'POST', data });
  await visit(page, `/products/${product.id}`);
  const before = await timeline(page).count();
  await expect(timeline(page).last()).toContainText('Product created');
  const time = timeline(page).last().getByRole('time');
  await expect(time).toHaveAttribute('title', '2026-06-15 12:00:00 UTC');
  await expect(time).toHaveAttribute('tabindex', '0');
  await expect(time, 'told by the clock of test mode').toHaveText('just now');
  await page.getByRole('button', { name: 'More actions for Story' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive product' }).click();
  await expect(timeline(page)).toHaveCount(before + 1);
  await expect(timeline(page).first()).toContainText(/archived/i);
  await expect(timeline(page).first()).toContainText(/owner/i);
});

test('U17 the prices of a product are a table, and "View all" is the list of prices with the product as a chip', async ({ page }) => {
  await visit(page, '/products?q=pro_monthly');
  await rows(page).first().getByRole('link').first().click();
  const prices = table(page, 'Prices').getByRole('row');
  await expect(prices.filter({ hasText: '$39.00' })).toContainText('Default');
  await expect(prices.filter({ hasText: '$290.00' })).toContainText('Every year');
  const count = (await prices.count()) - 1;
  await page.getByRole('link', { name: 'View all prices' }).click();
  await expect(heading(page)).toHaveText('Prices');
  await expect(page.getByRole('list', { name: 'Active filters' })).toContainText('Pro Plan');
  await expect(rows(page)).toHaveCount(count);
});

test('U19 what an archived product cannot do is said, not hidden', async ({ page, api }) => {
  const { data: product } = await api('/products/summer_pass_2025');
  await visit(page, `/products/${product.id}/prices/new`);
  await expect(page.getByRole('main')).toContainText('This product is archived');
  await expect(page.getByRole('button', { name: 'Create price' })).toHaveCount(0);
});

test('a product id that is taken is refused at its field, and nothing is written', async ({ page, api, trouble }) => {
  trouble.allowStatus(409);
  await visit(page, '/products/new');
  await field(page, 'Name').fill('Twin');
  await field(page, 'Product id').fill('pro_monthly');
  await field(page, 'Amount').fill('1');
  await page.getByRole('button', { name: 'Create product' }).click();
  await expect(field(page, 'Product id')).toHaveAttribute('aria-invalid', 'true');
  await expect(field(page, 'Product id')).toHaveAccessibleDescription(/taken|already|exists|used/i);
  await focused(field(page, 'Product id'));
  expect((await api('/products?search=twin')).data).toEqual([]);
});
