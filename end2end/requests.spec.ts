// The log of API requests: what programs asked, found again, explained and repeated.

import { expect, heading, rows, test, unique, visit, type Page } from './fixtures';

const plan = (more: object = {}) => ({
  product_id: unique('logged'), name: 'Logged', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100, ...more,
});
const section = (page: Page, name: string) => page.getByRole('region', { name });
/** Calls are written beside the requests, within half a second. */
const appears = async (page: Page, path: string) =>
  expect(async () => {
    await visit(page, path);
    expect(await rows(page).count()).toBeGreaterThan(0);
  }).toPass();

test('a call is in the list, and its page says what was asked, answered and caused', async ({ page, api }) => {
  const made = await api('/products', { method: 'POST', data: plan({ metadata: { access_token: 'opensesame', tier: 'gold' } }) });
  await appears(page, `/developers/requests?q=${made.requestId}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(/POST\s*\/v2\/products/);
  await expect(rows(page)).toContainText('201');
  await rows(page).getByRole('link').first().click();
  await expect(heading(page)).toHaveText('POST /v2/products');
  await expect(section(page, 'Request body')).toContainText('"tier": "gold"');
  await expect(section(page, 'Request body')).toContainText('"access_token": "[masked]"');
  await expect(section(page, 'Answer body')).toContainText(made.data.id);
  expect(await page.content()).not.toContain('opensesame');
  const event = page.getByRole('listitem').filter({ hasText: 'Product created' });
  await event.getByRole('link', { name: 'Product created' }).click();
  await expect(heading(page)).toHaveText('Logged');
});

test('the log is filtered in the address: status, method, path, caller, time', async ({ page, api, request, keys }) => {
  await api('/products', { method: 'POST', data: plan() });
  const refused = await request.get('/v2/products/no-such-product', { headers: { 'x-api-key': keys.test } });
  expect(refused.status()).toBe(404);
  await appears(page, `/developers/requests?q=${refused.headers()['x-request-id']}`);
  await visit(page, '/developers/requests');
  await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Refused (4xx)' });
  await expect(page).toHaveURL(/status=4xx/);
  await expect(rows(page).first()).toContainText('resource_missing');
  await page.getByRole('combobox', { name: 'Method' }).selectOption({ label: 'GET' });
  await page.getByRole('searchbox', { name: 'Search API requests' }).fill('/v2/products/no-such');
  await expect(page).toHaveURL(/q=/);
  await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
  for (const text of await rows(page).allInnerTexts()) expect(text).toContain('/v2/products/no-such-product');
  await rows(page).first().getByRole('link', { name: 'Command line' }).click();
  await expect(page.getByRole('list', { name: 'Active filters' })).toContainText('Command line');
  await page.reload();
  await expect(rows(page).first()).toContainText('no-such-product');
  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(page).toHaveURL((url) => url.search === '');
  await page.getByRole('searchbox', { name: 'Search API requests' }).fill('/v2/nothing/like/this');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
});

test('a call is repeated with curl: the command runs as it stands, with the key filled in', async ({ page, api, keys, request, merx }) => {
  const body = plan();
  const made = await api('/products', { method: 'POST', data: body });
  await appears(page, `/developers/requests?q=${made.requestId}`);
  await visit(page, `/developers/requests/${made.requestId}`);
  const command = section(page, 'curl command');
  await expect(command).toContainText(`curl -X POST '${merx.origin}/v2/products'`);
  await expect(command).toContainText('"x-api-key: $KEY"');
  const text = await command.innerText();
  expect(text).not.toContain(keys.test);
  const data = JSON.parse(text.slice(text.indexOf("-d '") + 4, text.lastIndexOf("'")));
  expect(data).toEqual(body);
  const again = await request.post('/v2/products', { headers: { 'x-api-key': keys.test }, data: { ...data, product_id: unique('again') } });
  expect(again.status()).toBe(201);
});

test('test and live mode have a log each', async ({ page, api, trouble }) => {
  const live = await api('/products?limit=1', { mode: 'live' });
  trouble.allowStatus(404);
  await visit(page, `/developers/requests/${live.requestId}`);
  await expect(heading(page)).toHaveText('Page not found');
});

test('what a key is used for stands beside it', async ({ page, api }) => {
  const made = await api('/products?limit=1');
  await appears(page, `/developers/requests?q=${made.requestId}`);
  await visit(page, '/settings/api-keys');
  const row = rows(page).filter({ hasText: 'in the last hour' }).filter({ hasNotText: /^0 today/ }).first();
  await row.getByRole('link', { name: /in the last hour/ }).click();
  await expect(heading(page)).toHaveText('API requests');
  await expect(page).toHaveURL(/key=/);
});
