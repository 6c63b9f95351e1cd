// The frame around every page: title, heading, landmarks, focus, keyboard, messages.

import { expect, focused, heading, hydrated, rows, test, visit, type Page } from './fixtures';
import { dashboard, doors, LISTS, samples } from './pages';

const menu = (page: Page) => page.getByRole('navigation', { name: 'Main' });

test('U54 going somewhere sets the title, announces the page and focuses its heading', async ({ page }) => {
  await visit(page, '/products');
  await expect(page).toHaveTitle('Test · Products · Merx');
  const links = await menu(page).getByRole('link').allInnerTexts();
  expect(links.length).toBeGreaterThan(3);
  for (const name of [...links.slice(1), links[0]]) {
    await menu(page).getByRole('link', { name: name.trim(), exact: true }).click();
    await expect(menu(page).getByRole('link', { name: name.trim(), exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(heading(page)).toBeFocused();
    await expect(heading(page)).toHaveCount(1);
    const title = (await heading(page).innerText()).trim();
    await expect(page).toHaveTitle(`Test · ${title} · Merx`);
    // Said by the live region, which only screen readers have.
    await expect(page.getByText(title, { exact: true }).and(page.locator('[aria-live=assertive]'))).toHaveCount(1);
  }
  await page.goto('/products');
  await hydrated(page);
  await rows(page).first().getByRole('link').first().click();
  await expect(heading(page)).toBeFocused();
  const name = await heading(page).innerText();
  await expect(page).toHaveTitle(`Test · ${name} · Merx`);
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Products' }).click();
  await expect(heading(page)).toHaveText('Products');
  await expect(heading(page)).toBeFocused();
});

test('U54 every page has one heading, its title, and its landmarks', async ({ page, visitor, api, trouble }) => {
  trouble.allowStatus(404, 'token=unknown');
  const ids = await samples(api);
  const titles = new Map<string, string>();
  const check = async (page: Page, path: string) => {
    await visit(page, path);
    await expect.soft(heading(page), path).toHaveCount(1);
    await expect.soft(page.getByRole('main'), path).toHaveCount(1);
    const text = (await heading(page).first().innerText()).trim();
    expect.soft(text, path).not.toBe('');
    expect.soft(await page.title(), path).toContain(`${text} · Merx`);
    titles.set(path, await page.title());
  };
  for (const path of dashboard(ids)) {
    await check(page, path);
    await expect.soft(menu(page), path).toHaveCount(1);
    await expect.soft(page.getByText('Test mode', { exact: true }), `${path}: banner`).toBeVisible();
  }
  const stranger = await visitor({ role: 'nobody' });
  for (const path of doors()) await check(stranger, path);
  // The start page is the list of products, both dead links say the same, and a sample is called Team.
  expect(new Set(titles.values()).size, `titles differ: ${[...titles.values()].join(', ')}`).toBe(titles.size - 3);
});

test('a page that does not exist, and an object that does not exist, answer 404 and say so', async ({ page, trouble }) => {
  trouble.allowStatus(404);
  const nobody = '01890a5d-ac96-774b-bcce-000000000000';
  for (const path of ['/nothing/here', `/products/${nobody}`, '/products/no_such_product', `/discounts/${nobody}`, `/products/${nobody}/edit`, `/products/${nobody}/prices/new`]) {
    const answer = await visit(page, path);
    expect.soft(answer.status(), path).toBe(404);
    await expect.soft(heading(page), path).toHaveText('Page not found');
  }
});

test('many visitors at once get what one visitor gets', async ({ request, api }) => {
  const ids = await samples(api);
  const headers = { accept: 'text/html' };
  for (const [path, status] of [['/nothing', 404], ['/products/nothing', 404], ['/products', 200], [`/products/${ids.products}`, 200], ['/reset-password?token=unknown', 404]]) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => request.get(String(path), { headers })));
    expect([...new Set(answers.map((answer) => answer.status()))], String(path)).toEqual([status]);
  }
});

test('U34 the first stop of the keyboard skips to the content', async ({ page }) => {
  await visit(page, '/products');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await focused(skip);
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await focused(page.getByRole('main'));
  await page.keyboard.press('Tab');
  const inside = await page.evaluate(() => document.activeElement?.closest('main') !== null);
  expect(inside, 'the next stop is in the content').toBe(true);
});

test('U34 every stop of the keyboard is visible, and no page is a trap', async ({ page, api }) => {
  test.slow();
  const ids = await samples(api);
  for (const path of ['/products', `/products/${ids.products}`, '/products/new', '/discounts?drawer=new', '/settings/team']) {
    await visit(page, path);
    const plain = await page.evaluate(() => {
      // How everything that can have the focus looks without it.
      const look = (element: Element) =>
        [getComputedStyle(element), getComputedStyle(element, '::after')]
          .map(({ outlineStyle, outlineWidth, boxShadow, borderColor }) => `${outlineStyle} ${outlineWidth} ${boxShadow} ${borderColor}`)
          .join();
      (document.activeElement as HTMLElement)?.blur?.();
      const looks = new Map<Element, string>();
      for (const element of document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')) looks.set(element, look(element));
      Object.assign(window, { looks, look });
      return looks.size;
    });
    expect(plain).toBeGreaterThan(5);
    const seen = new Set<string>();
    let [wrapped, last] = [false, ''];
    for (let stop = 0; stop < plain + 40; stop++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => {
        const { looks, look } = window as any;
        const element = document.activeElement!;
        if (element === document.body) return null;
        element.id ||= `stop-${Math.random().toString(36).slice(2)}`;
        const ring = element.matches('input[type=radio], input[type=checkbox]') ? (element.closest('label') ?? element) : element;
        const group = element.closest('[class*=group], [class*=search], [class*=card]');
        const shown = [element, ring, group].some((one) => one && (looks.get(one) ?? '') !== look(one));
        const { width, height } = element.getBoundingClientRect();
        return { id: element.id, shown, visible: width > 0 && height > 0, name: `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}` };
      });
      // A field of a date has several stops.
      if (found?.id === last) continue;
      wrapped = !found || seen.has(found.id);
      if (!found || wrapped) break;
      last = found.id;
      seen.add(last);
      expect.soft(found.visible, `${path}: ${found.name} can be seen`).toBe(true);
      expect.soft(found.shown, `${path}: the focus of ${found.name} can be seen`).toBe(true);
    }
    expect(wrapped, `${path}: the focus comes round`).toBe(true);
    expect(seen.size, path).toBeGreaterThan(3);
  }
});

test('U51 messages have role status, wait while pointed at, and offer to take it back', async ({ page, api }) => {
  const product = { product_id: 'toast', name: 'Burnt toast', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 };
  await api('/products', { method: 'POST', data: product });
  await visit(page, '/products?q=burnt');
  const archive = async () => {
    await rows(page).first().getByRole('button', { name: 'Actions for Burnt toast' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive product' }).click();
  };
  const region = page.getByRole('status', { name: 'Messages' });
  await archive();
  await expect(region).toContainText('Burnt toast archived');
  await expect(rows(page).first()).toContainText('Archived');
  await region.getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page).first()).toContainText('Active');
  await expect.poll(async () => (await api('/products/toast')).data.is_archived).toBe(false);
  await expect(region).toContainText('Burnt toast restored');
  await region.getByRole('button', { name: 'Dismiss' }).first().click();
  await archive();
  const since = Date.now();
  const toast = region.getByText('Burnt toast archived');
  await expect(toast).toBeVisible();
  await expect(toast).toBeHidden({ timeout: 12_000 });
  expect(Date.now() - since, 'stays five seconds').toBeGreaterThan(5_000);
});

test('from the start page, the sidebar leads to every list and to all settings', async ({ page }) => {
  await visit(page, '/');
  await expect(page).toHaveURL(/\/products$/);
  for (const name of ['Business', 'Team', 'API keys', ...LISTS.map(({ title }) => title)]) {
    const link = menu(page).getByRole('link', { name, exact: true });
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
    await expect(menu(page).getByRole('link').and(page.locator('[aria-current]')), 'one place at a time').toHaveCount(1);
    await expect(heading(page)).toBeFocused();
    await expect(page.getByRole('main')).not.toContainText('could not be loaded');
  }
});
