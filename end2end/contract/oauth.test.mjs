// OAuth 2.1 as the unmodified SDK uses it: client credentials at the `tokenEndpoint` it is given.

import assert from 'node:assert/strict';
import { RevKeenClient } from '@revkeen/sdk';
import { OAuthTokenManager } from '@revkeen/sdk/auth';
import { contract, refusal } from './harness.mjs';
import { OWNER } from './server.mjs';

const api = contract('/products');
const { check } = api;

let app;

/** An app that the owner makes in the dashboard, once. */
async function make() {
  const answer = await fetch(`${api.origin}/rpc/merx/house/team/rpc/sign_in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(OWNER),
  });
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const fresh = { name: 'Shop sync', scopes: ['products:*', 'prices:read'], redirect_uris: [], confidential: true };
  const made = await fetch(`${api.origin}/rpc/merx/house/oauth/rpc/create_oauth_app`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ new: fresh }),
  });
  assert.equal(made.status, 200, await made.clone().text());
  const { app: { id }, secret } = await made.json();
  return { clientId: id, clientSecret: secret };
}

const client = (oauth) =>
  new RevKeenClient({ oauth: { ...app, tokenEndpoint: `${api.origin}/oauth/token`, ...oauth }, baseUrl: `${api.origin}/v2` });

check('the SDK gets a token and uses it', async () => {
  app = await make();
  const sdk = client();
  await sdk.products.create({ product_id: 'by_oauth', name: 'By OAuth', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 });
  const { data } = await sdk.products.list({ limit: 10 });
  assert.deepEqual(data.map(({ product_id }) => product_id), ['by_oauth']);
});

check('the path of the SDK\'s default endpoint serves tokens too', async () => {
  const sdk = client({ tokenEndpoint: `${api.origin}/api/auth/oauth2/token` });
  await sdk.products.list({ limit: 1 });
});

check('a token has the scopes that were asked for', async () => {
  const sdk = client({ scopes: ['products:read'] });
  await sdk.products.list({ limit: 1 });
  const refused = await refusal(sdk.prices.list({ limit: 1 }));
  assert.equal(refused.status, 403);
  assert.match(refused.message, /prices:read/);
});

check('a token is kept for its hour, and asked for once by many', async () => {
  const manager = new OAuthTokenManager({ ...app, tokenEndpoint: `${api.origin}/oauth/token` });
  const [first, second] = await Promise.all([manager.getToken(), manager.getToken()]);
  assert.match(first, /^rk_oauth_\w{40}$/);
  assert.equal(second, first);
  assert.equal(await manager.getToken(), first);
});

check('a wrong secret and a scope that is too much are refused in words', async () => {
  const wrong = client({ clientSecret: 'rk_secret_wrong' });
  await assert.rejects(wrong.products.list({ limit: 1 }), /OAuth token request failed \(401\): .*invalid_client/);
  const greedy = client({ scopes: ['products:read', 'orders:read'] });
  await assert.rejects(greedy.products.list({ limit: 1 }), /OAuth token request failed \(400\): .*invalid_scope.*orders:read/);
});
