// Events: what happened, who caused it, who was told, and telling again.

import { expect, heading, rows, table, test, unique, visit, type Page } from './fixtures';

const plan = () => ({ product_id: unique('told'), name: 'Told', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 });
const payload = (page: Page) => page.getByRole('region', { name: 'Payload' });

test('U16 an event of a timeline opens its payload, and leads to the call that caused it and back', async ({ page, api }) => {
  const { data: product } = await api('/products', { method: 'POST', data: plan() });
  await visit(page, `/products/${product.id}`);
  await page.getByRole('listitem').filter({ hasText: 'Product created' }).getByRole('link', { name: 'Event' }).click();
  await expect(heading(page)).toHaveText('product.created');
  await expect(payload(page)).toContainText(`"id": "${product.id}"`);
  await expect(page.getByRole('main')).toContainText('Command line');
  await expect(async () => {
    await page.getByRole('link', { name: /^req_/ }).click();
    await expect(heading(page)).toHaveText('POST /v2/products', { timeout: 1000 });
  }).toPass();
  await page.getByRole('listitem').filter({ hasText: 'Product created' }).getByRole('link', { name: 'Event' }).click();
  await expect(heading(page)).toHaveText('product.created');
});

test('a change shows what was before', async ({ page, api }) => {
  const { data: product } = await api('/products', { method: 'POST', data: plan() });
  await api(`/products/${product.id}`, { method: 'PATCH', data: { name: 'Renamed' } });
  await visit(page, `/developers/events?object=${product.id}&type=product.*`);
  await rows(page).filter({ hasText: 'product.updated' }).getByRole('link').first().click();
  await expect(page.getByRole('region', { name: 'Previous attributes' })).toContainText('"name": "Told"');
  await expect(payload(page)).toContainText('"name": "Renamed"');
});

test('events are filtered in the address: type, object, time', async ({ page, api }) => {
  const { data: product } = await api('/products', { method: 'POST', data: plan() });
  await visit(page, '/developers/events');
  await page.getByRole('combobox', { name: 'Type' }).selectOption({ label: 'product' });
  await expect(page).toHaveURL(/type=product/);
  for (const text of await rows(page).allInnerTexts()) expect(text).toContain('product.');
  await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'Last 7 days' });
  await page.getByRole('searchbox', { name: 'Search events' }).fill(product.id);
  await expect(page).toHaveURL(/q=/);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(page).toHaveURL((url) => url.search === '');
});

test('U16 an event shows its deliveries and is sent again, to one endpoint or to all', async ({ page, api }) => {
  const host = `${unique('listener').replaceAll('_', '-')}.invalid`;
  await api('/webhook-endpoints', { method: 'POST', data: { url: `https://${host}/hook`, enabled_events: ['product.created'] } });
  const { data: product } = await api('/products', { method: 'POST', data: plan() });
  await visit(page, `/developers/events?object=${product.id}&type=product.*`);
  await rows(page).first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/events\/[0-9a-f-]+$/);
  const deliveries = table(page, 'Deliveries').getByRole('row').filter({ hasText: host });
  await expect(async () => {
    await page.reload();
    await expect(deliveries).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('sent again');
  await expect(deliveries).toHaveCount(2);
  await deliveries.first().getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Send again to this endpoint' }).click();
  await expect(deliveries).toHaveCount(3);
  await deliveries.first().getByRole('link').first().click();
  await expect(heading(page)).toHaveText(`product.created to ${host}`);
});
