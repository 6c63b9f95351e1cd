// The command palette and the single keys: everything by keyboard, from every page.

import { accessible, expect, focused, heading, NOBODY, rows, test, unique, visit, type Page } from './fixtures';
import { dashboard, samples } from './pages';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or go to' });
const field = (page: Page) => palette(page).getByRole('combobox', { name: 'Search or go to' });
const options = (page: Page) => palette(page).getByRole('option');
const group = (page: Page, name: string) => palette(page).getByRole('group', { name, exact: true });
const said = (page: Page) => palette(page).getByRole('status');
const help = (page: Page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const opener = (page: Page) => page.getByRole('button', { name: 'Search or go to' });

/** Opens the palette by its keys. */
async function open(page: Page) {
  await page.keyboard.press('Control+k');
  await focused(field(page));
}

/** The line that Enter takes: the field says which, and it looks chosen. */
async function active(page: Page) {
  const id = await field(page).getAttribute('aria-activedescendant');
  const chosen = palette(page).getByRole('option', { selected: true });
  await expect(chosen).toHaveCount(1);
  await expect(chosen).toHaveAttribute('id', id!);
  return chosen;
}

test('U31 the palette opens from every page, by keys and by its button, and gives the focus back', async ({ page, api }) => {
  for (const path of dashboard(await samples(api))) {
    await visit(page, path);
    await open(page);
    await expect(group(page, 'Go to').getByRole('option')).toHaveCount(10);
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
  }
  await visit(page, '/products');
  const link = page.getByRole('main').getByRole('link', { name: 'New product' });
  await link.focus();
  await page.keyboard.press('Meta+k');
  await focused(field(page));
  await page.keyboard.press('Meta+k');
  await expect(palette(page)).toBeHidden();
  await focused(link);
  await opener(page).click();
  await focused(field(page));
  await page.keyboard.press('Escape');
  await focused(opener(page));
  // Also while typing: the combination is no letter.
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('Control+k');
  await focused(field(page));
  await page.keyboard.press('Escape');
  await focused(page.getByRole('searchbox'));
});

test('U31 arrows, Home, End and Enter: the focus stays in the field, the chosen line moves', async ({ page }) => {
  await visit(page, '/products');
  await open(page);
  await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
  const count = await options(page).count();
  expect(count).toBeGreaterThan(6);
  const texts = await options(page).allInnerTexts();
  await expect(await active(page)).toHaveText(texts[0], { useInnerText: true });
  await page.keyboard.press('ArrowDown');
  await expect(await active(page)).toHaveText(texts[1], { useInnerText: true });
  await page.keyboard.press('End');
  await expect(await active(page)).toHaveText(texts[count - 1], { useInnerText: true });
  await page.keyboard.press('ArrowDown');
  await expect(await active(page)).toHaveText(texts[0], { useInnerText: true });
  await page.keyboard.press('ArrowUp');
  await expect(await active(page)).toHaveText(texts[count - 1], { useInnerText: true });
  await page.keyboard.press('Home');
  await expect(await active(page)).toHaveText(texts[0], { useInnerText: true });
  await focused(field(page));
  await field(page).fill('discou');
  await expect(group(page, 'Go to').getByRole('option')).toHaveText(/^Discounts/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/discounts$/);
  await expect(palette(page)).toBeHidden();
  await focused(heading(page));
});

test("U31 a page's actions, the way up, and recent pages", async ({ page, api }) => {
  const { products } = await samples(api);
  await visit(page, '/discounts');
  await visit(page, `/products/${products}`);
  const name = await heading(page).innerText();
  await open(page);
  for (const action of ['Edit', 'Archive', 'Add price', 'Up to Products', 'Keyboard shortcuts']) {
    await expect(group(page, 'On this page').getByRole('option', { name: action, exact: true })).toHaveCount(1);
  }
  await expect(group(page, 'Recent').getByRole('option', { name: /^Discounts/ })).toHaveCount(1);
  await expect(group(page, 'Recent').getByRole('option', { name })).toHaveCount(0);
  await field(page).fill('up to');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Products');
  await open(page);
  await expect(group(page, 'Recent').getByRole('option').first()).toContainText(name);
  await field(page).fill('new prod');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/products\/new$/);
  await focused(heading(page));
  // What only opens something over the page works too.
  await visit(page, `/products/${products}`);
  await open(page);
  await field(page).fill('archive');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: `Archive ${name}?` })).toBeVisible();
  await page.keyboard.press('Escape');
});

test('U32 the palette finds things by id, code, key, e-mail and the beginning of a name, of this mode only', async ({ page, api }) => {
  const id = unique('found');
  const data = { product_id: id, name: `Zebra ${id}`, kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 };
  const mine = (await api('/products', { method: 'POST', data })).data.id;
  const other = (await api('/products', { method: 'POST', data: { ...data, name: 'Zebra elsewhere' }, mode: 'live' })).data.id;
  await visit(page, '/settings');
  for (const [words, kind, name] of [
    [mine, 'Products', `Zebra ${id}`],
    [id, 'Products', `Zebra ${id}`],
    ['zebr', 'Products', `Zebra ${id}`],
    ['team_seats', 'Prices', ''],
    ['summer25', 'Discounts', 'SUMMER25'],
    ['owner@example.com', 'Team', 'owner@example.com'],
  ]) {
    await open(page);
    await field(page).fill(words);
    await expect(group(page, kind).getByRole('option').first(), words).toContainText(name);
    await expect(said(page)).toHaveText(/^\d+ results?$/);
    await page.keyboard.press('Escape');
  }
  await open(page);
  await field(page).fill(other);
  await expect(said(page)).toHaveText('Nothing found');
  await expect(options(page)).toHaveCount(0);
  await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
  await field(page).fill(mine);
  await expect(options(page)).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText(`Zebra ${id}`);
});

test('U32 the newest answer wins, and what one may not read is not found', async ({ page, visitor, api }) => {
  const { products } = await samples(api);
  await visit(page, '/settings');
  let held: (() => void) | undefined;
  await page.route('**/find/find', async (route) => {
    if (route.request().postData()?.includes('summer')) await new Promise<void>((go) => (held = go));
    await route.continue();
  });
  await open(page);
  await field(page).fill('summer');
  await expect.poll(() => Boolean(held)).toBe(true);
  await field(page).fill(products);
  await expect(group(page, 'Products').getByRole('option')).toHaveCount(1);
  const late = page.waitForResponse((answer) => answer.url().endsWith('/find/find'));
  held!();
  await late;
  await expect(group(page, 'Discounts')).toHaveCount(0);
  await expect(group(page, 'Products').getByRole('option')).toHaveCount(1);

  const other = await visitor({ role: 'viewer' });
  await visit(other, '/products');
  await open(other);
  await expect(group(other, 'On this page').getByRole('option', { name: 'New product' })).toHaveCount(0);
  await field(other).fill('command');
  await expect(said(other)).toHaveText('Nothing found');
});

test('U33 the list behind "?" is true: every key does what it says', async ({ page, api }) => {
  await visit(page, '/products');
  await page.keyboard.press('?');
  await expect(help(page)).toBeVisible();
  const lines = help(page).getByRole('definition');
  const shortcuts: [string, string][] = [];
  for (const [n, keys] of (await lines.allInnerTexts()).entries()) shortcuts.push([keys, await help(page).getByRole('term').nth(n).innerText()]);
  expect(shortcuts.length).toBeGreaterThan(10);
  await page.keyboard.press('Escape');
  const { products } = await samples(api);
  for (const [keys, what] of shortcuts) {
    const presses = keys.split(' then ').map((key) => key.trim().toLowerCase());
    await visit(page, what === 'Edit' ? `/products/${products}` : '/products');
    if (keys === 'Ctrl K') await page.keyboard.press('Control+k');
    else for (const key of presses) await page.keyboard.press(key);
    if (what === 'Search or go to') await focused(field(page));
    else if (what === 'Show this list') await expect(help(page)).toBeVisible();
    else if (what === 'Create') await expect(page).toHaveURL(/\/products\/new$/);
    else if (what === 'Edit') await expect(page).toHaveURL(/\/edit$/);
    else if (what === 'Search the list') await focused(page.getByRole('searchbox'));
    else if (what === 'Next row') {
      await focused(rows(page).first().getByRole('link').first());
      await page.keyboard.press('j');
      await focused(rows(page).nth(1).getByRole('link').first());
    } else if (what === 'Previous row') {
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await focused(rows(page).first().getByRole('link').first());
    } else {
      expect(presses[0], what).toBe('g');
      await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: what, exact: true })).toHaveAttribute('aria-current', 'page');
    }
  }
});

test('U33 no key fires while typing, with modifiers, over a dialog, or when switched off', async ({ page }) => {
  await visit(page, '/products');
  const search = page.getByRole('searchbox');
  await search.focus();
  await page.keyboard.type('c/g?');
  await expect(search).toHaveValue('c/g?');
  await expect(page).toHaveURL(/\/products(\?|$)/);
  await expect(help(page)).toBeHidden();
  await visit(page, '/products');
  for (const keys of ['Alt+c', 'Shift+c', 'Control+?', 'x']) await page.keyboard.press(keys);
  await expect(page).toHaveURL(/\/products$/);
  await page.keyboard.press('?');
  await expect(help(page)).toBeVisible();
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/products$/);
  await help(page).getByRole('checkbox', { name: 'Single keys' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(help(page)).toBeHidden();
  await page.keyboard.press('c');
  await visit(page, '/products');
  await page.keyboard.press('?');
  // The palette's combination still works, and leads back to the switch.
  await open(page);
  await field(page).fill('keyboard');
  await page.keyboard.press('Enter');
  await expect(help(page)).toBeVisible();
  await expect(page).toHaveURL(/\/products$/);
  await help(page).getByRole('checkbox', { name: 'Single keys' }).check();
  await page.keyboard.press('Escape');
  await expect(help(page)).toBeHidden();
  // The browser gives the focus back a moment after the dialog is gone.
  await expect(async () => {
    await page.keyboard.press('c');
    await expect(page).toHaveURL(/\/products\/new$/, { timeout: 1000 });
  }).toPass();
});

test('U31 unsaved work is asked about before the palette or a key leaves it', async ({ page }) => {
  await visit(page, '/products/new');
  await page.getByLabel('Name', { exact: true }).fill('Half done');
  await open(page);
  await field(page).fill('team');
  await expect(group(page, 'Go to').getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Discard changes?' });
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Half done');
  await heading(page).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(heading(page)).toHaveText('Team');
});

test('U31 the palette fits a phone and is accessible in both themes; who is not signed in has none', async ({ visitor }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = await visitor({ viewport: { width: 375, height: 700 }, colorScheme });
    await visit(phone, '/products');
    await opener(phone).click();
    await focused(field(phone));
    await field(phone).fill('pro');
    await expect(group(phone, 'Products').getByRole('option').first()).toBeVisible();
    const box = (await palette(phone).boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(375);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await accessible(phone, `the palette, ${colorScheme}`);
    await phone.keyboard.press('Escape');
    await expect(palette(phone)).toBeHidden();
    await phone.keyboard.press('?');
    await expect(help(phone)).toBeVisible();
    await accessible(phone, `the list of shortcuts, ${colorScheme}`);
  }
  const door = await visitor({ state: NOBODY });
  await visit(door, '/sign-in');
  await door.keyboard.press('Control+k');
  await expect(palette(door)).toHaveCount(0);
});
