// A timeline that is looked at shows what happens elsewhere.

import { expect, heading, test, unique, visit, type Page } from './fixtures';
import { samples } from './pages';

const timeline = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('time') });
/** Well below any reload, and above what a busy machine needs. */
const SOON = { timeout: 3_000 };

/** A product of this test; its id. */
async function product(api: (path: string, options?: any) => Promise<any>) {
  const id = unique('live');
  const data = { product_id: id, name: 'Live', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 };
  return (await api('/products', { method: 'POST', data })).data.id as string;
}

/** Resolves when the page hears of the object: the stream's head has come. */
const listens = (page: Page, id: string) => page.waitForResponse((answer) => answer.url().endsWith(`/live/${id}`) && answer.status() === 200);

test('a change by API, and one in another browser, come to stand on top without a reload', async ({ page, visitor, api }) => {
  const id = await product(api);
  const listening = listens(page, id);
  await visit(page, `/products/${id}`);
  await listening;
  await page.evaluate(() => ((window as any).same = true));
  await expect(timeline(page)).toHaveCount(1);
  await api(`/products/${id}`, { method: 'PATCH', data: { name: 'Renamed by API' } });
  await expect(timeline(page).first()).toContainText('Renamed by API', SOON);
  await expect(timeline(page)).toHaveCount(2);

  const other = await visitor({ role: 'admin' });
  await visit(other, `/products/${id}/edit`);
  await other.getByLabel('Name', { exact: true }).fill('Renamed by a colleague');
  await other.getByRole('button', { name: 'Save changes' }).click();
  await expect(heading(other)).toHaveText('Renamed by a colleague');
  await expect(timeline(page).first()).toContainText('Renamed by a colleague', SOON);
  await expect(timeline(page).first()).toContainText('Admin Example');
  await expect(timeline(page)).toHaveCount(3);
  await expect(timeline(page).last()).toContainText('Product created');
  expect(await page.evaluate(() => (window as any).same), 'the page was not loaded again').toBe(true);
});

test('prices and discounts listen too, and what is new is read out politely', async ({ page, api }) => {
  const { products, discounts } = await samples(api);
  const { id: prices } = await api('/prices', { method: 'POST', data: { product_id: products, unit_amount: 100, currency: 'usd' } });
  const nickname = unique('nickname');
  let listening = listens(page, prices);
  await visit(page, `/prices/${prices}`);
  await listening;
  await api(`/prices/${prices}`, { method: 'PATCH', data: { nickname } });
  // The sample data was made by another process at the same moment of the same standing clock, so
  // which of the two comes first is chance.
  await expect(timeline(page).filter({ hasText: nickname })).toHaveCount(1, SOON);
  const polite = page.locator('[aria-live=polite]').filter({ hasText: /^Price updated by / });
  await expect(polite).toHaveCount(1);

  listening = listens(page, discounts);
  await visit(page, `/discounts/${discounts}`);
  await listening;
  const description = unique('described');
  await api(`/discounts/${discounts}`, { method: 'PATCH', data: { description } });
  await expect(timeline(page).filter({ hasText: description })).toHaveCount(1, SOON);
});

test('the stream goes with the page, and going to another object listens to that', async ({ page, api }) => {
  const id = await product(api);
  const listening = listens(page, id);
  await visit(page, `/products/${id}`);
  await listening;
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith(`/live/${id}`));
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link').click();
  await expect(heading(page)).toHaveText('Products');
  await ended;
});

test('after a lost connection the timeline catches up', async ({ page, api, context, trouble }) => {
  trouble.allow(/ERR_INTERNET_DISCONNECTED/, /\/live\//);
  const id = await product(api);
  const listening = listens(page, id);
  await visit(page, `/products/${id}`);
  await listening;
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith(`/live/${id}`));
  await page.evaluate(() => window.stop());
  await context.setOffline(true);
  await ended;
  await api(`/products/${id}`, { method: 'PATCH', data: { name: 'Renamed while away' } });
  await expect(timeline(page)).toHaveCount(1);
  await context.setOffline(false);
  await expect(timeline(page).first()).toContainText('Renamed while away', { timeout: 20_000 });
});

test('without motion nothing moves', async ({ visitor, api }) => {
  const id = await product(api);
  for (const [reducedMotion, name] of [['reduce', 'none'], ['no-preference', 'arrive']] as const) {
    const page = await visitor({ reducedMotion });
    const listening = listens(page, id);
    await visit(page, `/products/${id}`);
    await listening;
    await api(`/products/${id}`, { method: 'PATCH', data: { name: `Renamed, ${reducedMotion}` } });
    await expect(timeline(page).first()).toContainText(`Renamed, ${reducedMotion}`, SOON);
    await expect(timeline(page).first()).toHaveCSS('animation-name', name);
  }
});
