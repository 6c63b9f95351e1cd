// OAuth apps: made, rolled, deleted; what people allow them, with and without scripts.

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIRequestContext } from '@playwright/test';
import { accessible, expect, focused, heading, NOBODY, OWNER, rows, table, test, unique, visit, type Page } from './fixtures';

const PAGE = '/developers/oauth-apps';
const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const grants = (page: Page) => table(page, 'Allowed by people').getByRole('row').filter({ has: page.getByRole('cell') });
const choose = async (page: Page, name: string, item: string) => {
  await row(page, name).getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const told = async (page: Page, name: string) => (await page.getByRole('dialog').getByRole('region', { name }).innerText()).trim();
const done = async (page: Page) => {
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
};

/** A program that people are sent back to; it sends them on, as real ones do. */
let shop: Server;
let callback: string;
test.beforeAll(async () => {
  shop = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, 'http://shop');
    response.setHeader('content-type', 'text/html');
    if (pathname === '/callback') response.writeHead(302, { location: `/welcome${search}` }).end();
    else response.end('<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Shop</title><h1>Welcome back</h1></html>');
  });
  await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening));
  callback = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/callback`;
});
test.afterAll(() => new Promise((closed) => shop.close(closed)));

async function make(page: Page, name: string, { kind = /^Confidential/, uris = '' } = {}) {
  await visit(page, PAGE);
  await page.getByRole('link', { name: 'New OAuth app' }).first().click();
  const drawer = page.getByRole('dialog', { name: 'New OAuth app' });
  await drawer.getByLabel('Name', { exact: true }).fill(name);
  await drawer.getByRole('radio', { name: kind }).check();
  await drawer.getByLabel('Redirect URIs').fill(uris);
  await drawer.getByRole('button', { name: 'Create app' }).click();
  await expect(page.getByRole('heading', { name: /^(Copy the secret now|The app is made)$/ })).toBeVisible();
  return told(page, 'Client ID');
}

const ownToken = (request: APIRequestContext, client_id: string, client_secret: string) =>
  request.post('/oauth/token', { form: { grant_type: 'client_credentials', client_id, client_secret, scope: 'products:read' } });
const products = (request: APIRequestContext, token: string) =>
  request.get('/v2/products?limit=1', { headers: { authorization: `Bearer ${token}` } });

/** The address of the question, and what proves that the answer is ours. */
function question(client_id: string, scope: string) {
  const code_verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const asked = { response_type: 'code', client_id, redirect_uri: callback, scope, state: 'over there', code_challenge, code_challenge_method: 'S256' };
  return { address: `/oauth/authorize?${new URLSearchParams(asked)}`, code_verifier };
}

test('a secret is shown once, works, is rolled without a gap, and ends with its app', async ({ page, request }) => {
  const name = unique('Sync');
  const id = await make(page, name);
  const secret = await told(page, 'Client secret');
  expect(secret).toMatch(/^rk_secret_\S{20,}$/);
  await done(page);
  const { access_token: token } = await (await ownToken(request, id, secret)).json();
  expect((await products(request, token)).status()).toBe(200);
  await page.reload();
  await expect(row(page, name)).toContainText(id);
  expect(await page.content()).not.toContain(secret);

  await choose(page, name, 'Roll secret');
  await page.getByRole('dialog', { name: 'Roll client secret' }).getByRole('button', { name: 'Roll secret' }).click();
  await expect(page.getByRole('heading', { name: 'Copy the secret now' })).toBeVisible();
  const fresh = await told(page, 'Client secret');
  expect(fresh).not.toBe(secret);
  await done(page);
  for (const works of [secret, fresh]) expect((await ownToken(request, id, works)).status()).toBe(200);

  await choose(page, name, 'Delete');
  const sure = page.getByRole('dialog', { name: `Delete ${name}?` });
  await focused(sure.getByRole('button', { name: 'Cancel' }));
  await sure.getByRole('textbox').fill(name);
  await sure.getByRole('button', { name: 'Delete app' }).click();
  await expect(row(page, name)).toHaveCount(0);
  expect((await products(request, token)).status()).toBe(401);
  expect((await ownToken(request, id, fresh)).status()).toBe(401);
});

test('an app without a secret needs an address, and a bad one is refused in the form', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  await visit(page, `${PAGE}?drawer=new`);
  const drawer = page.getByRole('dialog', { name: 'New OAuth app' });
  await drawer.getByLabel('Name', { exact: true }).fill('Nowhere');
  await drawer.getByRole('radio', { name: /^Public/ }).check();
  await drawer.getByRole('button', { name: 'Create app' }).click();
  await expect(drawer.getByRole('alert')).toContainText(/is required/);
  await drawer.getByLabel('Redirect URIs').fill('http://shop.example/callback');
  await drawer.getByRole('button', { name: 'Create app' }).click();
  await expect(drawer.getByRole('alert')).toContainText(/must be https/);
  await expect(row(page, 'Nowhere')).toHaveCount(0);
});

test('somebody allows an app something, sees it, and takes it back', async ({ page, request, trouble }) => {
  // The page may not load anything by script; axe tries to read its styles that way.
  trouble.allow(/connect-src/, /preload assets/);
  const name = unique('Desk');
  const id = await make(page, name, { kind: /^Public/, uris: callback });
  await done(page);
  const { address, code_verifier } = question(id, 'products:read prices:read');
  await page.goto(address);
  await expect(heading(page)).toHaveText(`Allow ${name}?`);
  await expect(page.getByRole('listitem')).toHaveText(['See prices', 'See products']);
  await expect(page.getByText(/, test data$/)).toBeVisible();
  await accessible(page, 'the page that asks for consent');
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(heading(page)).toHaveText('Welcome back');
  const answer = new URL(page.url()).searchParams;
  expect(answer.get('state')).toBe('over there');
  const form = { grant_type: 'authorization_code', client_id: id, code: answer.get('code')!, code_verifier, redirect_uri: callback };
  const given = await request.post('/oauth/token', { form });
  expect(given.status(), await given.text()).toBe(200);
  const { access_token: token } = await given.json();
  expect((await products(request, token)).status()).toBe(200);

  await visit(page, PAGE);
  const grant = grants(page).filter({ hasText: name });
  await expect(grant).toHaveCount(1);
  await expect(grant).toContainText('Own app');
  await grant.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await page.getByRole('dialog', { name: `Revoke the access of ${name}?` }).getByRole('button', { name: 'Revoke access' }).click();
  await expect(grants(page).filter({ hasText: name })).toHaveCount(0);
  expect((await products(request, token)).status()).toBe(401);
});

test('consent works without JavaScript, after signing in, and can be denied', async ({ page, visitor, trouble }) => {
  // Chromium fetches ahead what it then may not run, and says so.
  trouble.allow(/\/pkg\/\S+\.js: csp$/, /preloaded using link preload/);
  const name = unique('Plain');
  const id = await make(page, name, { kind: /^Public/, uris: callback });
  await done(page);
  const stranger = await visitor({ state: NOBODY, javaScriptEnabled: false });
  await stranger.goto(question(id, 'products:read').address);
  await expect(stranger).toHaveURL(/\/sign-in\?next=/);
  await stranger.getByLabel('E-mail').fill(OWNER.email);
  await stranger.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await stranger.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(stranger)).toHaveText(`Allow ${name}?`);
  await stranger.getByRole('button', { name: 'Deny' }).click();
  await expect(heading(stranger)).toHaveText('Welcome back');
  expect(new URL(stranger.url()).searchParams.get('error')).toBe('access_denied');
});

test('a link with another address to come back to leads nowhere', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  const id = await make(page, unique('Strict'), { kind: /^Public/, uris: 'https://shop.example/callback' });
  await done(page);
  await page.goto(question(id, 'products:read').address);
  await expect(heading(page)).toHaveText('This does not work');
  await expect(page).toHaveURL(/\/oauth\/authorize/);
});

test('a role never allows more than it may', async ({ page, visitor }) => {
  const name = unique('Greedy');
  await visit(page, `${PAGE}?drawer=new`);
  const drawer = page.getByRole('dialog', { name: 'New OAuth app' });
  await drawer.getByLabel('Name', { exact: true }).fill(name);
  await drawer.getByRole('radio', { name: /^Full access/ }).check();
  await drawer.getByLabel('Redirect URIs').fill(callback);
  await drawer.getByRole('button', { name: 'Create app' }).click();
  await expect(page.getByRole('heading', { name: 'Copy the secret now' })).toBeVisible();
  const id = await told(page, 'Client ID');
  const viewer = await visitor({ role: 'viewer' });
  await viewer.goto(question(id, 'products:write').address);
  await expect(viewer.getByRole('heading', { name: 'It will be able to' })).toBeVisible();
  await expect(viewer.getByRole('listitem')).toHaveText(['See products', 'See and change products']);
  await expect(viewer.getByRole('heading', { name: 'Your role does not let you allow' })).toBeVisible();
});
