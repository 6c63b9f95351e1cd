// Headers, content policy, foreign sites, hostile names; and who may do what.

import { createServer } from 'node:http';
import { emailOf, expect, heading, NOBODY, OWNER, ROLES, rpc, RPC, signIn, test, unique, visit, type Page } from './fixtures';
import { dashboard, doors, drawers, samples } from './pages';

test('every page has a strict content policy with a nonce of its own, keeps to it, and has no inline style', async ({ page, visitor, api, trouble }) => {
  trouble.allowStatus(404, 'token=unknown');
  const ids = await samples(api);
  const nonces = new Set<string>();
  const check = async (page: Page, path: string) => {
    const answer = await visit(page, path);
    const headers = await answer.allHeaders();
    const policy = headers['content-security-policy'] ?? '';
    expect.soft(policy, path).toMatch(/script-src 'nonce-[\w+/=-]{16,}' 'strict-dynamic' 'wasm-unsafe-eval'/);
    expect.soft(policy, path).toContain("style-src 'self'");
    expect.soft(policy, path).not.toContain('unsafe-inline');
    expect.soft(policy, path).toContain("frame-ancestors 'none'");
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff');
    expect.soft(headers['x-frame-options'], path).toBe('DENY');
    expect.soft(headers['referrer-policy'], path).toBe('same-origin');
    nonces.add(policy.match(/nonce-([^']+)/)?.[1] ?? path);
    const html = await answer.text();
    expect.soft(html.match(/<[^>]+\sstyle=/g) ?? [], `${path}: style attributes`).toEqual([]);
    expect.soft(html.match(/<style/g) ?? [], `${path}: style elements`).toEqual([]);
    expect.soft(html.match(/<[^>]+\son\w+=/g) ?? [], `${path}: inline handlers`).toEqual([]);
    const bare = [...html.matchAll(/<script(?![^>]*\bnonce=)[^>]*>/g)].map(([tag]) => tag);
    expect.soft(bare, `${path}: scripts without a nonce`).toEqual([]);
  };
  const watch = (page: Page) => page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await watch(page);
  const paths = [...dashboard(ids), ...drawers(ids)];
  for (const path of paths) await check(page, path);
  const stranger = await visitor({ role: 'nobody' });
  await watch(stranger);
  for (const path of doors()) await check(stranger, path);
  expect(nonces.size).toBe(paths.length + doors().length);
});

test('files and data may do nothing at all', async ({ page, request }) => {
  for (const path of ['/v2/products', '/healthz', '/pkg/merx.css', '/nothing.txt']) {
    const answer = await request.get(path);
    expect.soft(answer.headers()['x-content-type-options'], path).toBe('nosniff');
    expect.soft(answer.headers()['content-security-policy'], path).toContain("frame-ancestors 'none'");
  }
  await visit(page, '/products');
});

test('U64 names are text, never HTML: in lists, on their page, in forms, messages and titles', async ({ page, api }) => {
  const hostile = [
    '<script>document.title="owned"</script>',
    '"><img src=x onerror=alert(1)>',
    '&lt;b&gt; </textarea></title><b>bold</b>',
    'right \u202Eot tfel\u202C and 🧾𝒳 四',
    "Robert'); drop table products;--",
    '{{7*7}} ${7*7} %s',
  ];
  page.on('dialog', (dialog) => {
    void dialog.dismiss();
    throw new Error(`a name opened a dialog: ${dialog.message()}`);
  });
  for (const name of hostile) {
    const data = { product_id: unique('hostile'), name, description: name, kind: 'one_time', pricing_model: 'one_time', amount_minor: 1, features: [name], metadata: { [name.slice(0, 30)]: name } };
    const { data: product } = await api('/products', { method: 'POST', data });
    const answer = await visit(page, `/products/${product.id}`);
    expect(answer.status()).toBe(200);
    await expect(heading(page)).toHaveText(name);
    await expect(page).toHaveTitle(`Test · ${name} · Merx`.replaceAll(/\s+/g, ' '));
    await visit(page, `/products/${product.id}/edit`);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
    await expect(page.getByLabel('Description')).toHaveValue(name);
    await visit(page, `/products?size=100&sort=-created_at`);
    await expect(page.getByRole('link', { name })).toHaveCount(1);
    const { data: discount } = await api('/discounts', { method: 'POST', data: { code: name.slice(0, 40), name, discount_type: 'percentage', discount_value: 1 } });
    await visit(page, `/discounts/${discount.id}`);
    await expect(heading(page)).toHaveText(name);
    await visit(page, `/products?q=${encodeURIComponent(name)}`);
    await expect(page.getByRole('searchbox')).toHaveValue(name);
    await expect(page).not.toHaveTitle(/owned/);
  }
});

test('U64 a form on another site changes nothing and learns nothing', async ({ page, merx, trouble }) => {
  trouble.allowStatus(403);
  trouble.allow(/CORS policy|net::ERR_FAILED/);
  const site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>evil</title><form method="post" action="${merx.origin}${RPC}house/team/rpc/sign_out"><button>Win</button></form>`);
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  const { port } = site.address() as { port: number };
  // Another name of the same machine is another site to the browser.
  await page.goto(`http://localhost:${port}/`);
  const read = await page.evaluate((url) => fetch(url, { credentials: 'include' }).then(() => 'read', () => 'refused'), `${merx.origin}/products`);
  expect(read).toBe('refused');
  const answer = page.waitForResponse(/sign_out/);
  await page.getByRole('button', { name: 'Win' }).click();
  expect((await answer).status()).toBe(403);
  await visit(page, '/products');
  await expect(heading(page)).toHaveText('Products');
  site.closeAllConnections();
  site.close();
});

test('a session is kept in a cookie that scripts cannot read, and goes when signing out', async ({ visitor, request }) => {
  const page = await visitor({ state: NOBODY });
  await signIn(page, OWNER.email, OWNER.password);
  const cookies = (await page.context().cookies()).filter(({ name }) => !['theme', 'page_size'].includes(name));
  expect(cookies.length).toBe(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/), path: '/' });
  expect(await page.evaluate(() => document.cookie)).not.toContain(cookies[0].value);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  const headers = { cookie: `${cookies[0].name}=${cookies[0].value}` };
  const answer = await page.context().request.get('/products', { headers, maxRedirects: 0 });
  expect(answer.status(), 'the old cookie opens nothing').toBe(303);
});

test('U61 each role sees what it may do, with the reason where it may not, and the server refuses the rest', async ({ visitor, trouble, api }) => {
  test.slow();
  trouble.allowStatus(403);
  const ids = await samples(api);
  const may: Record<string, (typeof ROLES)[number][]> = {
    catalogue: ['owner', 'admin', 'manager'],
    house: ['owner', 'admin'],
    owners: ['owner'],
  };
  const product = { product_id: '', name: 'By role', kind: 'one_time', pricing_model: 'one_time', amount_minor: 1 };
  const calls: [group: string, name: string, data: () => unknown][] = [
    ['catalogue', 'catalog/products/rpc/create_product', () => ({ new: { ...product, product_id: unique('role') } })],
    ['catalogue', 'catalog/products/rpc/update_product', () => ({ id: ids.products, edit: { tax_code: unique('t') } })],
    ['catalogue', 'catalog/prices/rpc/create_price', () => ({ new: { product_id: ids.products, unit_amount: 100, currency: 'usd' } })],
    ['catalogue', 'catalog/discounts/rpc/create_discount', () => ({ new: { code: unique('ROLE'), name: 'By role', discount_type: 'percentage', discount_value: 1 } })],
    ['catalogue', 'catalog/discounts/rpc/update_discount', () => ({ id: ids.discounts, edit: { description: unique('d') } })],
    ['house', 'house/team/rpc/invite', () => ({ email: `${unique('guest')}@example.com`, role: 'viewer' })],
    ['owners', 'house/team/rpc/invite', () => ({ email: `${unique('guest')}@example.com`, role: 'owner' })],
    ['house', 'house/api_keys/rpc/create_api_key', () => ({ new: { name: 'By role', scopes: ['products:read'] } })],
    ['house', 'house/settings/rpc/update_business', () => ({ edit: { tax_id: unique('VAT') } })],
  ];
  // Where each button is: off with a reason for those who may not.
  const buttons: [group: string, path: string, name: string][] = [
    ['catalogue', '/products', 'New product'],
    ['catalogue', `/products/${ids.products}`, 'Edit'],
    ['catalogue', '/discounts', 'New discount'],
    ['catalogue', `/discounts/${ids.discounts}`, 'Edit'],
    ['house', '/settings/team', 'Invite'],
  ];
  for (const role of ROLES) {
    const page = await visitor({ role });
    const context = page.context();
    const user = (await rpc(context.request, 'house/team/rpc/viewer', {})).user;
    expect(user.email).toBe(emailOf(role));
    for (const [group, name, data] of calls) {
      const answer = await context.request.post(RPC + name, { data: data(), headers: { accept: 'application/json' } });
      expect.soft(answer.status(), `${role}: ${name}: ${await answer.text()}`).toBe(may[group].includes(role) ? 200 : 403);
    }
    for (const [group, path, name] of buttons) {
      await visit(page, path);
      const button = page.getByRole('main').getByRole('button', { name }).or(page.getByRole('main').getByRole('link', { name, exact: true })).first();
      await expect.soft(button, `${role}: ${path}`).toBeVisible();
      if (may[group].includes(role)) {
        await expect.soft(button, `${role}: ${path}`).not.toHaveAttribute('aria-disabled', 'true');
      } else {
        await expect.soft(button, `${role}: "${name}" on ${path} is off`).toHaveAttribute('aria-disabled', 'true', { timeout: 1_000 });
        await expect.soft(button, `${role}: "${name}" on ${path} says why`).toHaveAccessibleDescription(/role|owner or admin/, { timeout: 1_000 });
        const before = page.url();
        await button.click({ force: true, timeout: 1_000 }).catch(() => {});
        await expect.soft(page.getByRole('dialog'), `${role}: "${name}" on ${path} opens nothing`).toBeHidden();
        expect.soft(page.url(), `${role}: "${name}" on ${path} leads nowhere`).toBe(before);
      }
    }
  }
});

test('whoever is not signed in is sent to the sign-in page and back, and server functions answer 401', async ({ visitor, api }) => {
  const page = await visitor({ state: NOBODY });
  for (const path of dashboard(await samples(api))) {
    const answer = await page.context().request.get(path, { maxRedirects: 0 });
    expect.soft(answer.status(), path).toBe(303);
    expect.soft(answer.headers().location, path).toMatch(/^\/sign-in/);
  }
  await rpc(page.context().request, 'catalog/products/rpc/create_product', { new: { product_id: 'x', name: 'x', kind: 'one_time', pricing_model: 'one_time', amount_minor: 1 } }, 401);
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    await visit(page, `/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    expect(new URL(page.url()).hostname).toBe('127.0.0.1');
    await page.context().clearCookies();
  }
});
