import { test, expect } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
test('probe', async ({ page }) => {
  page.on('console', (m) => console.log(m.type(), m.text()));
  page.on('requestfailed', (r) => console.log('failed', r.url(), r.failure()?.errorText));
  page.on('pageerror', (e) => console.log('pageerror', e.message));
  const t = Date.now();
  await page.goto('http://127.0.0.1:3777/_ui');
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 20000 });
  console.log('hydrated', Date.now() - t);
  for (const u of ['/_ui', '/_ui?drawer=new']) {
    await page.goto('http://127.0.0.1:3777' + u);
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 20000 });
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    console.log(u, violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`));
  }
  const seen = [];
  for (let i = 0; i < 12; i++) { await page.keyboard.press('Tab'); seen.push(await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 90))); }
  console.log(seen);
});
