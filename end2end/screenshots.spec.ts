// The pictures of the README: SCREENSHOTS=1 playwright test screenshots

import { fileURLToPath } from 'node:url';
import { expect, rows, test, visit } from './fixtures';
import { samples } from './pages';

test.skip(!process.env.SCREENSHOTS, 'only with SCREENSHOTS=1');

const file = (name: string) => fileURLToPath(new URL(`../docs/screenshots/${name}.png`, import.meta.url));

for (const colorScheme of ['light', 'dark'] as const) {
  test(`pictures, ${colorScheme}`, async ({ visitor, api }) => {
    const ids = await samples(api);
    const page = await visitor({ colorScheme, viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 });
    const take = async (path: string, name: string) => {
      await visit(page, path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.screenshot({ path: file(`${name}-${colorScheme}`), animations: 'disabled', caret: 'hide' });
    };
    await take('/products', 'products');
    await take(`/products/${ids.products}`, 'product');
    await take(`/prices/${ids.prices}`, 'price');
    await take(`/products/${ids.products}/prices/new?like=${ids.prices}`, 'price-editor');
    await take('/discounts?drawer=new', 'discount-drawer');
    await page.setViewportSize({ width: 375, height: 812 });
    await take('/products', 'products-phone');
    await expect(rows(page).first()).toBeVisible();
    await take(`/prices/${ids.prices}`, 'price-phone');
  });
}
