// The business profile.

import { expect, focused, rpc, test, visit, type Page } from './fixtures';

const field = (page: Page, name: string) => page.getByLabel(name);
const stored = (page: Page) => rpc(page.context().request, 'house/settings/rpc/get_business', {});

test('the profile is saved, shown in the frame at once, and survives a reload', async ({ page }) => {
  await visit(page, '/settings');
  const before = await stored(page);
  await field(page, 'Business name').fill('Søren & Co');
  await field(page, 'Legal name').fill('Søren and Company GmbH');
  await field(page, 'Tax id').fill('DE123456789');
  await page.getByLabel(/^Address/).first().fill('Hafenstraße 1');
  await field(page, 'City').fill('Hamburg');
  await field(page, 'Country code').fill('de');
  await field(page, 'Time zone').selectOption('Europe/Berlin');
  await field(page, 'Default currency').fill('eur');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('Settings saved');
  await expect(page.getByRole('complementary', { name: 'Sidebar' })).toContainText('Søren & Co');
  expect(await stored(page)).toMatchObject({
    name: 'Søren & Co', legal_name: 'Søren and Company GmbH', tax_id: 'DE123456789', time_zone: 'Europe/Berlin', default_currency: 'EUR',
    address: { line1: 'Hafenstraße 1', city: 'Hamburg', country: 'DE' },
  });
  await page.reload();
  await expect(field(page, 'Business name')).toHaveValue('Søren & Co');
  await expect(field(page, 'Time zone')).toHaveValue('Europe/Berlin');
  const { name, legal_name, tax_id, address, time_zone, default_currency } = before;
  await rpc(page.context().request, 'house/settings/rpc/update_business', { edit: { name, legal_name, tax_id, address, time_zone, default_currency } });
});

test('U24 what cannot be is refused at its field', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  await visit(page, '/settings');
  for (const [name, text] of [['Business name', ''], ['Country code', 'Germany'], ['Default currency', 'XXQ'], ['Legal name', 'x'.repeat(201)]]) {
    const before = await field(page, name).inputValue();
    await field(page, name).fill(text);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await expect(field(page, name), name).toHaveAttribute('aria-invalid', 'true');
    await focused(field(page, name));
    await field(page, name).fill(before);
  }
  // As it was before anything was typed.
  await page.reload();
  await expect(field(page, 'Business name')).not.toHaveValue('');
});

test('a logo is shown after it is chosen, refused when it is none, and removed', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  await visit(page, '/settings');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');
  await field(page, 'Picture').setInputFiles({ name: 'fake.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
  await field(page, 'Picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
  const logo = page.getByRole('img', { name: /^Logo of / });
  await expect(logo).toBeVisible();
  await expect.poll(() => logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await page.getByRole('button', { name: 'Remove logo' }).click();
  await expect(logo).toHaveCount(0);
});
