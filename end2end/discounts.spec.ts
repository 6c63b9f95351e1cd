// Discounts: codes that lower what customers pay.

import { expect, heading, rows, table, test, unique, visit, type Page } from './fixtures';

const drawer = (page: Page) => page.getByRole('dialog');
const properties = (page: Page) => page.getByRole('complementary', { name: 'Details' });

test('a percentage for some products: the example follows typing, and the server stores what the form says', async ({ page, api }) => {
  const code = unique('team').toUpperCase();
  await visit(page, '/discounts');
  await page.getByRole('main').getByRole('link', { name: 'New discount' }).click();
  const form = drawer(page);
  await form.getByLabel('Code').fill(code.toLowerCase());
  await form.getByLabel('Name', { exact: true }).fill('For teams');
  const example = form.getByRole('region', { name: 'Preview' });
  await form.getByLabel('Percent off').fill('25');
  await expect(example).toContainText('$21.75');
  await form.getByLabel('Percent off').fill('50');
  await expect(example).toContainText('$14.50');
  await form.getByLabel('Lowers, of a subscription').selectOption({ label: 'Several payments' });
  await form.getByLabel('Payments', { exact: true }).fill('3');
  await form.getByRole('radio', { name: /^Certain products/ }).check();
  await form.getByLabel('Add a product').selectOption({ label: 'Team' });
  await form.getByLabel('Add a product').selectOption({ label: 'Starter' });
  await form.getByRole('button', { name: 'Remove Starter' }).click();
  await form.getByLabel('Valid until').fill('2026-12-31T23:59');
  await form.getByRole('button', { name: 'Create discount' }).click();
  await expect(heading(page)).toHaveText('For teams');
  await expect(properties(page)).toContainText(code);
  await expect(table(page, 'Products').getByRole('link', { name: 'Team' })).toBeVisible();
  const found = (await api(`/discounts?search=${code}`)).data;
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    code, discount_type: 'percentage', discount_value: 50, recurring_type: 'repeating', recurring_cycles: 3,
    applies_to: 'specific_products', product_ids: [(await api('/products/team_monthly')).data.id],
  });
  expect(new Date(found[0].valid_until).toISOString()).toBe('2026-12-31T23:59:00.000Z');
  await page.goBack();
  await expect(page).toHaveURL((url) => url.pathname === '/discounts' && url.search === '');
});

test('a fixed amount in another currency, changed afterwards; code and kind stay', async ({ page, api }) => {
  const code = unique('yen').toUpperCase();
  await visit(page, '/discounts?drawer=new');
  const form = drawer(page);
  await form.getByLabel('Code').fill(code);
  await form.getByLabel('Name', { exact: true }).fill('Yen off');
  await form.getByRole('radio', { name: /^Fixed amount/ }).check();
  await form.getByLabel('Currency', { exact: true }).selectOption('JPY');
  await form.getByLabel('Amount off').fill('500');
  await form.getByRole('button', { name: 'Create discount' }).click();
  await expect(heading(page)).toHaveText('Yen off');
  await expect(properties(page)).toContainText('¥500');
  await page.getByRole('main').getByRole('link', { name: 'Edit' }).click();
  await expect(form.getByLabel('Code')).toHaveCount(0);
  await form.getByLabel('Amount off').fill('750');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(drawer(page)).toBeHidden();
  await expect(properties(page)).toContainText('¥750');
  expect((await api(`/discounts?search=${code}`)).data[0]).toMatchObject({ discount_type: 'fixed_amount', discount_value: 750, currency: 'JPY' });
  await expect(page.getByRole('listitem').filter({ hasText: 'Discount updated' })).toContainText('¥500');
});

test('deactivate, archive and restore, each with a message that takes it back', async ({ page, api }) => {
  const code = unique('off').toUpperCase();
  const { data } = await api('/discounts', { method: 'POST', data: { code, name: 'On and off', discount_type: 'percentage', discount_value: 1 } });
  await visit(page, `/discounts/${data.id}`);
  const messages = page.getByRole('status', { name: 'Messages' });
  const status = (text: string) => page.getByRole('main').getByText(text, { exact: true }).first();
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'More actions for On and off' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Deactivate');
  await expect(messages).toContainText(`${code} deactivated`);
  await expect(status('Inactive')).toBeVisible();
  await messages.getByRole('button', { name: 'Undo' }).click();
  await expect(status('Active')).toBeVisible();
  await choose('Archive');
  await drawer(page).getByRole('button', { name: 'Archive discount' }).click();
  await expect(status('Archived')).toBeVisible();
  await choose('Restore');
  await expect(status('Active')).toBeVisible();
  expect((await api(`/discounts/${data.id}`)).data).toMatchObject({ is_archived: false, is_active: true });
});

test('the list tells by the clock of test mode which discounts are active', async ({ page }) => {
  await visit(page, '/discounts?q=summer25');
  await expect(rows(page)).toContainText('Active');
  await expect(rows(page)).toContainText('25%');
  await visit(page, '/discounts?q=partner');
  await expect(rows(page)).toContainText('12.5%');
});
