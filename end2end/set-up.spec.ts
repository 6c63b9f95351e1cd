// A server on an empty database: the first page makes the first account.

import { start } from './contract/server.mjs';
import { accessible, expect, heading, hydrated, NOBODY, test } from './fixtures';

test.use({ storageState: NOBODY });

test('an empty server asks for its first account once; then everything is there', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  const server = await start({ empty: true });
  try {
    await page.goto(`${server.origin}/products`);
    await expect(page).toHaveURL(`${server.origin}/setup`);
    await hydrated(page);
    await accessible(page, '/setup');
    await page.getByLabel('Business name').fill('Fern & Söhne');
    await page.getByLabel('Your name').fill('Ada Fern');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('too short');
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await page.getByLabel('Password', { exact: true }).evaluate((field: HTMLInputElement) => field.validity.valid)).toBe(false);
    await page.getByLabel('Password', { exact: true }).fill('long enough for anybody');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await hydrated(page);
    await expect(heading(page)).toBeVisible();
    await expect(page.getByText('Fern & Söhne').first()).toBeVisible();
    // The door is closed behind the first one.
    await page.context().clearCookies();
    await page.goto(`${server.origin}/setup`);
    await expect(page).toHaveURL(/\/sign-in/);
    const again = { business: 'b', name: 'n', email: 'eve@example.com', password: 'long enough for anybody' };
    const answer = await page.context().request.post(`${server.origin}/rpc/merx/house/team/rpc/set_up`, { form: again, maxRedirects: 0, headers: { accept: 'application/json' } });
    expect(answer.status()).toBeGreaterThanOrEqual(400);
  } finally {
    await server.stop();
  }
});
