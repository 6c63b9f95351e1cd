// Every page is complete without JavaScript, and who they are people can say without it too.

import { expect, heading, NOBODY, OWNER, rows, showing, test } from './fixtures';
import { dashboard, doors, LISTS, samples } from './pages';

const javaScriptEnabled = false;

// Chromium fetches ahead what it then may not run, and says so.
test.beforeEach(({ trouble }) => trouble.allow(/\/pkg\/\S+\.js: csp$/, /preloaded using link preload/));

test('U48 every page of the dashboard has its heading and its rows without JavaScript', async ({ visitor, api }) => {
  const ids = await samples(api);
  const page = await visitor({ javaScriptEnabled });
  for (const path of dashboard(ids)) {
    const answer = await page.goto(path);
    expect.soft(answer!.status(), path).toBe(200);
    await expect.soft(heading(page), path).toHaveCount(1);
    await expect.soft(heading(page), path).not.toHaveText('');
    await expect.soft(page.getByRole('main'), path).toHaveCount(1);
  }
  for (const { path, title } of LISTS) {
    await page.goto(path);
    await expect(heading(page)).toHaveText(title);
    expect(await rows(page).count(), path).toBeGreaterThan(3);
    await expect(showing(page)).toBeVisible();
  }
  await page.goto('/products?q=workshop&sort=name');
  await expect(rows(page).first()).toContainText('Workshop in Berlin, 1 day');
  await page.getByRole('searchbox').fill('gym');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/q=gym/);
  await expect(rows(page)).toHaveCount(1);
  await rows(page).getByRole('link').first().click();
  await expect(heading(page)).toHaveText('Gym membership');
});

test('U48 signing in, being refused, and signing out work without JavaScript', async ({ visitor, trouble }) => {
  trouble.allowStatus(401);
  trouble.allowStatus(404, 'token=unknown');
  const page = await visitor({ state: NOBODY, javaScriptEnabled });
  for (const path of doors()) {
    await page.goto(path);
    await expect.soft(heading(page), path).toHaveCount(1);
  }
  await page.goto('/discounts?q=FIVER');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const sign = async (password: string) => {
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await sign('not the password');
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole('alert')).toContainText('E-mail address or password is wrong');
  await sign(OWNER.password);
  await expect(page).toHaveURL(/\/discounts\?q=FIVER/);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/products');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});
