// API keys: made, used, rolled, revoked; their secret is seen once.

import { expect, focused, rows, test, unique, visit, type Page } from './fixtures';

const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const secretOf = async (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Copy the key now' });
  await expect(dialog).toBeVisible();
  return (await dialog.getByRole('region', { name: 'API key' }).innerText()).trim();
};
const choose = async (page: Page, name: string, item: string) => {
  await row(page, name).filter({ hasText: 'Active' }).getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

async function make(page: Page, name: string, rights: RegExp) {
  await visit(page, '/settings/api-keys');
  await page.getByRole('link', { name: 'New API key' }).first().click();
  const drawer = page.getByRole('dialog', { name: 'New API key' });
  await drawer.getByLabel('Name', { exact: true }).fill(name);
  await drawer.getByRole('radio', { name: rights }).check();
  if (rights.test('Custom')) await drawer.getByLabel('Products', { exact: true }).selectOption('Read');
  await drawer.getByRole('button', { name: 'Create key' }).click();
  return secretOf(page);
}

test('U62 a secret is shown once: after that it is in no page, no answer and no log', async ({ page, request, merx, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: merx.origin });
  const name = unique('Shop');
  const secret = await make(page, name, /^Full access/);
  expect(secret).toMatch(/^rk_sandbox_\S{20,}$/);
  const dialog = page.getByRole('dialog', { name: 'Copy the key now' });
  await focused(dialog.getByRole('button', { name: 'Copy API key' }));
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Copied', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  const answer = await request.get('/v2/products?limit=1', { headers: { 'x-api-key': secret } });
  expect(answer.status()).toBe(200);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();

  const answers: string[] = [];
  page.on('response', async (response) => answers.push(await response.text().catch(() => '')));
  await page.reload();
  await expect(row(page, name)).toHaveCount(1);
  await expect(row(page, name)).toContainText('rk_sandbox_');
  await expect(row(page, name)).not.toContainText('Never');
  await visit(page, '/settings/team');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'API keys' }).click();
  await expect(row(page, name)).toHaveCount(1);
  for (const text of [await page.content(), ...answers, merx.log()]) expect(text).not.toContain(secret);
});

test('U62 rolling makes a new secret while the old one goes on working; revoking ends a key at once', async ({ page, request }) => {
  const name = unique('Rolled');
  const old = await make(page, name, /^Full access/);
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  const status = async (key: string) => (await request.get('/v2/products?limit=1', { headers: { 'x-api-key': key } })).status();
  await choose(page, name, 'Roll');
  const drawer = page.getByRole('dialog', { name: 'Roll API key' });
  await expect(drawer.getByLabel('Old key keeps working for')).toHaveValue('24');
  await drawer.getByRole('button', { name: 'Roll key' }).click();
  const fresh = await secretOf(page);
  expect(fresh).not.toBe(old);
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  expect([await status(old), await status(fresh)]).toEqual([200, 200]);
  await expect(row(page, name)).toHaveCount(2);
  await expect(row(page, name).filter({ hasText: 'Expiring' })).toHaveCount(1);
  // What cannot be undone wants the name typed.
  await choose(page, name, 'Revoke');
  const question = page.getByRole('dialog', { name: new RegExp(`^Revoke ${name}`) });
  await focused(question.getByRole('button', { name: 'Cancel' }));
  const confirm = question.getByRole('button', { name: 'Revoke key' });
  await expect.soft(confirm, 'U20: irreversible, so the name is typed').toHaveAttribute('aria-disabled', 'true');
  const box = question.getByRole('textbox');
  if (await box.count()) await box.fill((await question.getByText(/^Type /).innerText()).replace(/^Type (.*) to confirm$/, '$1'));
  await confirm.click();
  await expect(row(page, name).filter({ hasText: 'Revoked' })).toHaveCount(1);
  expect(await status(fresh)).toBe(401);
});

test('a key may do what was chosen, and nothing else', async ({ page, request }) => {
  const name = unique('Reader');
  const key = await make(page, name, /^Custom/);
  const headers = { 'x-api-key': key };
  expect((await request.get('/v2/products', { headers })).status()).toBe(200);
  expect((await request.get('/v2/prices', { headers })).status()).toBe(403);
  const data = { product_id: unique('refused'), name: 'Refused', kind: 'one_time', pricing_model: 'one_time', amount_minor: 1 };
  expect((await request.post('/v2/products', { headers, data })).status()).toBe(403);
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(row(page, name)).toContainText(/products:read|Read only/);
});

test('a key without any right is refused in the form', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  await visit(page, '/settings/api-keys?drawer=new');
  const drawer = page.getByRole('dialog', { name: 'New API key' });
  await drawer.getByLabel('Name', { exact: true }).fill('Powerless');
  await drawer.getByRole('radio', { name: /^Custom/ }).check();
  await drawer.getByRole('button', { name: 'Create key' }).click();
  await expect(drawer.getByRole('alert')).toContainText(/allow something/);
  await expect(row(page, 'Powerless')).toHaveCount(0);
});
