// axe on every page, drawer and dialog. The dark theme and phones on every page: FULL=1.

import { accessible, expect, rows, test, visit, type Page } from './fixtures';
import { dashboard, doors, drawers, LISTS, samples } from './pages';

async function every(page: Page, paths: string[], look: string) {
  for (const path of paths) {
    await visit(page, path);
    await accessible(page, `${path} (${look})`);
  }
}

test.describe('U56', () => {
  test.slow();

  test('U56 axe finds nothing on any page of the dashboard', async ({ page, api }) => {
    await every(page, dashboard(await samples(api)), 'light');
  });

  test('U56 axe finds nothing in drawers, dialogs, menus and failed forms', async ({ page, api }) => {
    const ids = await samples(api);
    await every(page, drawers(ids), 'drawer open');
    await visit(page, '/discounts?drawer=new');
    await page.getByRole('dialog').getByRole('button', { name: 'Create discount' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await accessible(page, 'a form that was refused');
    await visit(page, '/products');
    await rows(page).first().getByRole('button', { name: /^Actions for/ }).click();
    await accessible(page, 'a menu');
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await accessible(page, 'a question');
    await visit(page, `${LISTS[0].path}?q=zzzz`);
    await accessible(page, 'a list where nothing matches');
  });

  test('U56 axe finds nothing on the pages before signing in', async ({ visitor, trouble }) => {
    trouble.allowStatus(404, 'token=unknown');
    await every(await visitor({ role: 'nobody' }), doors(), 'light');
  });

  test('U36 in the dark theme: a list, a detail page, a form, a drawer, the sign-in page', async ({ visitor, api }) => {
    const ids = await samples(api);
    const page = await visitor({ colorScheme: 'dark' });
    await every(page, ['/products', `/products/${ids.products}`, '/products/new', '/discounts?drawer=new', '/settings/team'], 'dark');
    await every(await visitor({ role: 'nobody', colorScheme: 'dark' }), ['/sign-in'], 'dark');
  });

  test('U36 @full axe finds nothing on any page in the dark theme, and on phones', async ({ visitor, api, trouble }) => {
    trouble.allowStatus(404, 'token=unknown');
    test.setTimeout(300_000);
    const ids = await samples(api);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [{ width: 375, height: 720 }, { width: 1280, height: 800 }]) {
        const look = `${colorScheme}, ${viewport.width} px`;
        await every(await visitor({ colorScheme, viewport }), [...dashboard(ids), ...drawers(ids)], look);
        await every(await visitor({ role: 'nobody', colorScheme, viewport }), doors(), look);
      }
    }
  });
});
