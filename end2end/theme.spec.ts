// Light, dark, and as the system says; phones.

import { expect, hydrated, test, visit, type Page } from './fixtures';
import { dashboard, doors, drawers, samples } from './pages';

/** What is behind everything: the canvas has the colour of the root, or of the body if the root has none. */
const background = (page: Page) =>
  page.evaluate(() => [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor).find((color) => color !== 'rgba(0, 0, 0, 0)') ?? 'none');
const brightness = async (page: Page) => {
  const channels = await page.evaluate((color) => {
    const canvas = document.createElement('canvas').getContext('2d')!;
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, await background(page));
  return channels.reduce((sum, channel) => sum + channel, 0) / 765;
};
const button = (page: Page, name: string) => page.getByRole('group', { name: 'Theme' }).getByRole('button', { name });

test('U35 light and dark are remembered and right before scripts run; system follows the system', async ({ page, trouble }) => {
  trouble.allow(/dynamically imported module|ERR_ABORTED|ERR_FAILED/);
  await visit(page, '/products');
  for (const [name, dark] of [['Dark theme', true], ['Light theme', false]] as const) {
    await button(page, name).click();
    await expect(button(page, name)).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(async () => (await brightness(page)) < 0.5, name).toBe(dark);
    const chosen = await background(page);
    // The server renders it: the browser's code never comes.
    await page.route(/\.(wasm|js)$/, (route) => route.abort('aborted'));
    await page.goto('/discounts', { waitUntil: 'domcontentloaded' });
    expect(await background(page)).toBe(chosen);
    await page.unrouteAll();
    await visit(page, '/discounts');
    expect(await background(page)).toBe(chosen);
    await expect(button(page, name)).toHaveAttribute('aria-pressed', 'true');
  }
  await button(page, 'System theme').click();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await brightness(page)) < 0.5).toBe(colorScheme === 'dark');
    await page.reload();
    expect((await brightness(page)) < 0.5).toBe(colorScheme === 'dark');
    await hydrated(page);
  }
});

test('U37 on a phone nothing scrolls sideways, and the sidebar is a sheet', async ({ page, visitor, api, trouble }) => {
  trouble.allowStatus(404, 'token=unknown');
  test.slow();
  const ids = await samples(api);
  const narrow = { width: 375, height: 720 };
  await page.setViewportSize(narrow);
  const stranger = await visitor({ role: 'nobody', viewport: narrow });
  const fits = async (page: Page, path: string) => {
    await visit(page, path);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect.soft(content, `${path} is ${content} px wide`).toBeLessThanOrEqual(room);
  };
  for (const path of [...dashboard(ids), ...drawers(ids)]) await fits(page, path);
  for (const path of doors()) await fits(stranger, path);

  await visit(page, '/products');
  const sidebar = page.getByRole('navigation', { name: 'Main' });
  await expect(sidebar).toBeHidden();
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(sidebar).toBeVisible();
  await sidebar.getByRole('link', { name: 'Discounts' }).click();
  await expect(page).toHaveURL(/\/discounts/);
  await expect(sidebar).toBeHidden();
});

test('U38 who wants less motion gets none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, '/discounts?drawer=new');
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('*')].map((element) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        return Math.max(...`${transitionDuration},${animationDuration}`.split(',').map((text) => parseFloat(text) * (text.includes('ms') ? 1 : 1000)));
      }),
    ),
  );
  expect(longest).toBeLessThanOrEqual(1);
});
