// What every list page does: its state is in the address, it sorts, searches, filters and turns pages.

import type { Request } from '@playwright/test';
import { column, expect, focused, heading, rows, showing, test, total, visit, type Page } from './fixtures';
import { LISTS, type List } from './pages';

const sortButton = (page: Page, name: string) => page.getByRole('columnheader', { name }).getByRole('button');
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Quick filters' }).getByRole('link', { name: new RegExp(`^${name}`) });
const search = (page: Page, list: List) => page.getByRole('searchbox', { name: `Search ${list.title.toLowerCase()}` });
const turn = (page: Page, name: 'Previous page' | 'Next page') => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
const addresses = (page: Page) =>
  rows(page).evaluateAll((rows) => rows.map((row) => row.querySelector('a')?.getAttribute('href') ?? ''));
const texts = (page: Page) => rows(page).allInnerTexts();

test('U01 filters, search, sort and page are in the address: reload and a second tab show the same', async ({ page, context }) => {
  for (const list of LISTS) {
    await visit(page, list.path);
    await sortButton(page, list.sort).click();
    await expect(page).toHaveURL(/sort=/);
    if (list.tab) await tab(page, list.tab).click();
    if (list.select) await page.getByRole('combobox', { name: list.select[0] }).selectOption({ label: list.select[1] });
    await search(page, list).fill(list.search[0]);
    await expect(page).toHaveURL(/q=/);
    await expect(page).toHaveURL(/sort=/);
    if (list.tab) await expect(tab(page, list.tab)).toHaveAttribute('aria-current', 'page');
    // The rows have followed when the same address, freshly loaded, shows them too.
    const second = await context.newPage();
    await visit(second, page.url());
    const expected = await texts(second);
    expect(expected.length, list.path).toBeGreaterThan(0);
    await second.close();
    await expect.poll(() => texts(page), list.path).toEqual(expected);
    await page.reload();
    expect(await texts(page), `${list.path} after reload`).toEqual(expected);
  }
});

test('U02 back from a detail page restores page, filters, scroll position and focus', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 420 });
  for (const list of LISTS) {
    await visit(page, `${list.path}?size=50`);
    const count = await rows(page).count();
    const row = rows(page).nth(Math.max(0, count - 2));
    const link = row.getByRole('link').first();
    await link.scrollIntoViewIfNeeded();
    const top = await page.evaluate(() => scrollY);
    if (count > 20) expect(top).toBeGreaterThan(200);
    const href = await link.getAttribute('href');
    await link.click();
    await expect(page).toHaveURL((url) => url.pathname === href!.split('?')[0]);
    await expect(heading(page)).toBeFocused();
    await page.goBack();
    await expect(page).toHaveURL(/size=50/);
    await expect(rows(page)).toHaveCount(count);
    await expect.poll(() => page.evaluate((top) => Math.abs(scrollY - top), top), `${list.path}: scrolled as before`).toBeLessThanOrEqual(5);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('href')), `${list.path}: focus`).toBe(href);
  }
});

test('U03 search waits for a pause, loses no letter, and an older answer never overwrites a newer one', async ({ page }) => {
  for (const list of LISTS) {
    const [words, name] = list.search;
    await visit(page, list.path);
    const asked: string[] = [];
    const note = (request: Request) => void (request.postData()?.includes('"query"') && asked.push(request.postData()!));
    page.on('request', note);
    await search(page, list).pressSequentially(words, { delay: 20 });
    await expect(search(page, list)).toHaveValue(words);
    await expect(page).toHaveURL(new RegExp(`q=${words}`));
    await expect.poll(async () => (await column(page, name)).every((text) => text.toLowerCase().includes(words))).toBe(true);
    page.off('request', note);
    expect(asked.at(-1), `${list.path}: the last question`).toContain(`"${words}"`);
    expect(asked.length, `${list.path}: one question for a word typed without a pause: ${asked}`).toBeLessThanOrEqual(2);

    // The answer to the first word comes when the second one has been typed already.
    await visit(page, list.path);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(
      (url) => url.pathname.startsWith('/rpc/'),
      async (route) => {
        if (route.request().postData()?.includes('zzz')) await held;
        await route.continue().catch(() => {});
      },
    );
    const first = page.waitForRequest((request) => Boolean(request.postData()?.includes('zzz')));
    await search(page, list).fill('zzz');
    await first;
    await search(page, list).fill(words);
    await expect(page).toHaveURL(new RegExp(`q=${words}`));
    const found = async () => {
      const texts = await column(page, name);
      return texts.length > 0 && texts.every((text) => text.toLowerCase().includes(words));
    };
    await expect.poll(found, `${list.path}: the newer answer does not wait for the older one`).toBe(true);
    release();
    await page.waitForLoadState('networkidle');
    expect(await found(), `${list.path}: the older answer came later`).toBe(true);
    await expect(search(page, list)).toHaveValue(words);
    await page.unrouteAll();
  }
});

const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

test('U04 headings sort: the first click orders, the second reverses, and the order agrees with the API', async ({ page, api }) => {
  const everything: Record<string, any[]> = {
    '/products': (await api('/products?limit=100')).data,
    '/prices': (await api('/prices?limit=100')).data,
    '/discounts': (await api('/discounts?limit=100')).data,
  };
  const keys: Record<string, (object: any) => any> = {
    '/products Name': ({ name }) => fold(name),
    '/products Amount': ({ amount_minor }) => amount_minor,
    '/prices Amount': ({ unit_amount }) => unit_amount,
    '/discounts Code': ({ code }) => fold(code),
    '/discounts Name': ({ name }) => fold(name),
  };
  for (const [where, key] of Object.entries(keys)) {
    const [path, name] = where.split(' ');
    const known = new Map(everything[path].map((object) => [object.id, object]));
    await visit(page, `${path}?size=100`);
    const head = page.getByRole('columnheader', { name });
    await expect(head).not.toHaveAttribute('aria-sort', /ending/);
    for (const direction of ['ascending', 'descending']) {
      await head.getByRole('button').click();
      await expect(head).toHaveAttribute('aria-sort', direction);
      const sorted = async () => {
        const found = await rows(page).evaluateAll((rows) =>
          rows.map((row) => row.querySelector('a')?.getAttribute('href')?.match(/[0-9a-f-]{36}(?!.*[0-9a-f-]{36})/)?.[0] ?? ''),
        );
        const values = found.map((id) => known.get(id)).filter(Boolean).map(key).filter((value) => value !== null && value !== undefined);
        const sign = direction === 'ascending' ? 1 : -1;
        const right = values.every((value, index) => index === 0 || (value < values[index - 1] ? -1 : value > values[index - 1] ? 1 : 0) * sign >= 0);
        return right && values.length > 2 ? 'in order' : `${direction} ${JSON.stringify(values)}`;
      };
      await expect.poll(sorted, where).toBe('in order');
    }
  }
});

test('U05 quick filter tabs carry counts, and the counts equal what the list then shows', async ({ page }) => {
  for (const list of LISTS.filter(({ tab }) => tab)) {
    await visit(page, list.path);
    const tabs = page.getByRole('navigation', { name: 'Quick filters' }).getByRole('link');
    const names = await tabs.allInnerTexts();
    expect(names.length, list.path).toBeGreaterThan(1);
    for (const name of names) {
      const [label, count] = name.split('\n');
      expect(count, `${list.path}: "${label}" has a count`).toMatch(/^[\d,]+\+?$/);
      await tabs.filter({ hasText: label }).first().click();
      await expect.poll(() => total(page), `${list.path}: ${label}`).toBe(Number(count.replace(',', '')));
    }
  }
});

test('U06 filters show as chips, each removable, and "Clear all" returns to the bare address', async ({ page }) => {
  for (const list of LISTS) {
    await visit(page, `${list.path}?q=${list.search[0]}${list.tab ? '&status=active' : ''}`);
    const chips = page.getByRole('list', { name: 'Active filters' });
    const remove = chips.getByRole('link', { name: /^Remove filter/ });
    await expect(remove).toHaveCount(list.tab ? 2 : 1);
    await chips.getByRole('link', { name: /^Remove filter Search/ }).focus();
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(/q=/);
    await expect(search(page, list)).toHaveValue('');
    if (!list.tab) continue;
    await expect(remove).toHaveCount(1);
    await chips.getByRole('link', { name: 'Clear all' }).click();
    await expect(page).toHaveURL((url) => url.pathname === list.path && url.search === '');
    await expect(chips).toHaveCount(0);
  }
});

test('U07 paging: to the end and back, nothing twice, nothing missing, focus and scroll at the top', async ({ page, api }) => {
  const missing = 45 - (await api('/products?limit=1')).pagination.total;
  for (let n = 0; n < missing; n++) {
    const data = { product_id: `filler_${n}`, name: `Filler ${n}`, kind: 'one_time', pricing_model: 'one_time', amount_minor: n };
    await api('/products', { method: 'POST', data });
  }
  for (const path of ['/products', '/prices']) {
    await visit(page, path);
    await expect(turn(page, 'Previous page')).toHaveAttribute('aria-disabled', 'true');
    const count = await total(page);
    const found = await addresses(page);
    const pages = Math.ceil(count / 20);
    expect(pages, path).toBeGreaterThan(1);
    for (let n = 2; n <= pages; n++) {
      await page.mouse.wheel(0, 2000);
      await turn(page, 'Next page').click();
      await expect(showing(page)).toHaveText(new RegExp(`^Showing ${(n - 1) * 20 + 1}–`));
      await focused(page.getByRole('table').getByRole('caption'));
      await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
      expect(await total(page)).toBe(count);
      found.push(...(await addresses(page)));
    }
    await expect(turn(page, 'Next page')).toHaveAttribute('aria-disabled', 'true');
    expect(found.length, path).toBe(count);
    expect(new Set(found).size, `${path}: no row twice`).toBe(count);
    for (let n = pages - 1; n >= 1; n--) {
      await turn(page, 'Previous page').click();
      await expect(showing(page)).toHaveText(new RegExp(`^Showing ${(n - 1) * 20 + 1}–`));
      await expect.poll(() => addresses(page)).toEqual(found.slice((n - 1) * 20, n * 20));
    }
    await expect(turn(page, 'Previous page')).toHaveAttribute('aria-disabled', 'true');
  }
  // The size chosen last counts on other lists too, after a reload, and for the server.
  await page.getByLabel('Rows').selectOption('50');
  await expect(page).toHaveURL(/size=50/);
  await expect.poll(() => rows(page).count()).toBeGreaterThan(20);
  await visit(page, '/products');
  await expect(page.getByLabel('Rows')).toHaveValue('50');
  expect(await rows(page).count()).toBeGreaterThan(20);
});

test('U11 amounts stand at the right, in tabular figures, with the decimals of their currency', async ({ page }) => {
  await visit(page, '/products?size=100');
  for (const [product, amount] of [['Gym membership', 'KWD 18.500'], ['日本語レッスン', '¥12,000'], ['Setup Fee', '$99.00'], ['Workshop in Zürich, 1 day', 'CHF 610.00']]) {
    const row = rows(page).filter({ hasText: product });
    const cell = row.getByRole('cell', { name: amount, exact: true });
    await expect(cell).toBeVisible();
    const looks = await cell.getByText(amount).evaluate((element) => {
      const { fontVariantNumeric } = getComputedStyle(element);
      return { fontVariantNumeric, textAlign: getComputedStyle(element.closest('td')!).textAlign };
    });
    expect(looks).toEqual({ fontVariantNumeric: 'tabular-nums', textAlign: expect.stringMatching(/right|end/) });
  }
});

test('U12 a row is a real link, and its menu works from the keyboard', async ({ page, context }) => {
  for (const list of LISTS) {
    await visit(page, list.path);
    const link = rows(page).first().getByRole('link').first();
    const href = await link.getAttribute('href');
    const opened = context.waitForEvent('page');
    await link.click({ modifiers: ['Control'] });
    const other = await opened;
    await expect(other).toHaveURL((url) => url.pathname + url.search === href);
    await expect(heading(other)).toBeVisible();
    await other.close();
    await expect(page).toHaveURL((url) => url.pathname === list.path);
  }
  await visit(page, '/products');
  const row = rows(page).first();
  const menu = row.getByRole('button', { name: /^Actions for/ });
  await menu.focus();
  await page.keyboard.press('Enter');
  const items = page.getByRole('menuitem');
  await focused(items.first());
  await expect(menu).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await focused(items.nth(1));
  await page.keyboard.press('Home');
  await focused(items.first());
  await page.keyboard.press('Escape');
  await expect(items.first()).toBeHidden();
  await focused(menu);
});

test('U39 three kinds of empty: nothing yet, nothing matches, no right', async ({ visitor, page, trouble }) => {
  for (const list of LISTS) {
    await visit(page, `${list.path}?q=zzzz`);
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await page.getByRole('link', { name: 'Clear search and filters' }).click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
    await expect(page).toHaveURL((url) => url.search === '');
    await expect(search(page, list)).toHaveValue('');
  }
  const other = await visitor({ role: 'viewer' });
  trouble.allowStatus(403);
  const answer = await visit(other, '/settings/api-keys');
  expect(answer.status()).toBe(403);
  await expect(other.getByRole('heading', { name: 'You do not have access to this' })).toBeVisible();
  await expect(other.getByText(/^This needs the scope .*ask an owner or admin/i)).toBeVisible();
});

test('U49 nothing moves while pages load: layout shift below 0.02', async ({ page }) => {
  await page.addInitScript(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) (window as any).shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const list of LISTS) {
    await visit(page, list.path);
    await rows(page).first().getByRole('link').first().click();
    await expect(heading(page)).toBeFocused();
    await page.goBack();
    await expect(rows(page).first()).toBeVisible();
    expect(await page.evaluate(() => (window as any).shift), list.path).toBeLessThan(0.02);
  }
});

test('U55 tables say what they are: caption, heads with scope, "Showing x of y", no empty cell', async ({ page }) => {
  for (const list of LISTS) {
    await visit(page, list.path);
    await expect(page.getByRole('table', { name: list.title })).toHaveCount(1);
    await expect(showing(page)).toBeVisible();
    await expect(page.getByRole('status').filter({ has: showing(page) }).or(page.getByRole('status').and(showing(page)))).toHaveCount(1);
    for (const head of await page.getByRole('columnheader').all()) {
      await expect(head).toHaveAttribute('scope', 'col');
      expect((await head.textContent())?.trim()).not.toBe('');
    }
    const empty = await rows(page).evaluateAll((rows) =>
      rows.flatMap((row) => [...row.querySelectorAll('td')]).filter((cell) => !cell.textContent?.trim() && !cell.querySelector('[aria-label]')).length,
    );
    expect(empty, `${list.path}: empty cells`).toBe(0);
  }
});
