// Signing in, out, and the way back in.

import { expect, heading, hydrated, NOBODY, OWNER, signIn, test, visit, type Page } from './fixtures';
import { start } from './contract/server.mjs';

test.use({ storageState: NOBODY });

const fill = async (page: Page, email: string, password: string) => {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

test('a wrong password and an unknown address get the same answer', async ({ page, trouble }) => {
  trouble.allowStatus(401);
  await visit(page, '/sign-in');
  const answers: string[] = [];
  for (const [email, password] of [[OWNER.email, 'wrong password'], ['nobody@example.com', OWNER.password]]) {
    await fill(page, email, password);
    await hydrated(page);
    await expect(page.getByRole('alert')).toBeVisible();
    answers.push(await page.getByRole('alert').innerText());
  }
  expect(answers[0]).toBe(answers[1]);
  expect(answers[0]).toContain('E-mail address or password is wrong');
});

test('signing in leads back to where one was sent from', async ({ page }) => {
  await visit(page, '/products?q=pro&sort=name');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await fill(page, OWNER.email, OWNER.password);
  await expect(page).toHaveURL((url) => url.pathname === '/products' && url.searchParams.get('q') === 'pro' && url.searchParams.get('sort') === 'name');
  await hydrated(page);
  // Somebody signed in has nothing to do at the door.
  await page.goto('/sign-in');
  await expect(page).not.toHaveURL(/sign-in/);
});

test('a forgotten password: the mailed link sets a new one, works once, and signs other devices out', async ({ browser, trouble }) => {
  // A server of its own, because the owner's password changes.
  const server = await start();
  const open = async () => {
    const context = await browser.newContext({ baseURL: server.origin });
    trouble.watch(context);
    return context.newPage();
  };
  try {
    const other = await open();
    await signIn(other, OWNER.email, OWNER.password);
    const page = await open();
    await visit(page, '/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await expect(heading(page)).toHaveText('Reset your password');
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(heading(page)).toHaveText('Check your mail');
    await expect.poll(() => server.log()).toMatch(/reset-password\?token=/);
    const link = server.log().match(/http\S+reset-password\?token=\S+/)![0];
    await page.goto(link);
    await page.getByLabel('Password', { exact: true }).fill('another long password');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await other.goto('/products');
    await expect(other).toHaveURL(/\/sign-in/);
    await fill(other, OWNER.email, 'another long password');
    await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible();
    trouble.allowStatus(404);
    const late = await open();
    expect((await late.goto(link))!.status()).toBe(404);
    await expect(heading(late)).toHaveText('This link does not work');
    for (const page of [other, late]) await page.context().close();
    await page.context().close();
  } finally {
    await server.stop();
  }
});
