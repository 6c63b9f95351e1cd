// Events and webhooks: the SDK makes an endpoint, a real server sends to a real receiver, and the SDK's
// own `constructEvent` says whether what arrived is genuine.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { constructEvent, constructEventWithHeaders, extractWebhookHeaders, WebhookSignatureVerificationError } from '@revkeen/sdk/webhooks';
import { contract, has, ids, NOBODY, refusal, refused, UUID } from './harness.mjs';

const api = contract('/webhook-endpoints', ['--allow-private-webhooks']);
const { call, check, complete } = api;
const received = [];
let receiver;
let status = 200;

before(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ path: request.url, headers: request.headers, body });
      response.writeHead(status).end('{"received":true}');
    });
  });
  await new Promise((listening) => receiver.listen(0, '127.0.0.1', listening));
});
after(() => receiver?.close());

const url = (path) => `http://127.0.0.1:${receiver.address().port}${path}`;

async function until(what, found) {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(25)) {
    const value = await found();
    if (value) return value;
  }
  assert.fail(`${what} did not happen`);
}
const arrival = (path) => until(`a request to ${path}`, () => received.find((request) => request.path === path));

check('an endpoint from its making to its end', async () => {
  const { sdk } = api;
  const wanted = { url: url('/never'), enabled_events: ['invoice.*', 'order.paid'], description: 'Books' };
  const { data: made } = await sdk.webhookEndpoints.create(wanted);
  assert.match(made.id, UUID);
  assert.match(made.secret, /^rk_wh_\w{40}$/);
  has(made, { ...wanted, status: 'enabled', circuit_breaker_state: 'closed', total_deliveries: 0, last_delivery_at: null });
  const { data: shown } = await sdk.webhookEndpoints.get(made.id);
  assert.ok(!('secret' in shown), 'the secret is shown once');
  const { data: rotated } = await sdk.webhookEndpoints.rotateSecret(made.id);
  assert.notEqual(rotated.secret, made.secret);
  const { data: off } = await sdk.webhookEndpoints.update(made.id, { enabled: false, description: null });
  has(off, { status: 'disabled', description: null, url: wanted.url });
  const list = await sdk.webhookEndpoints.list({ status: 'disabled', limit: 1, offset: 0 });
  assert.deepEqual(ids(list.data), [made.id]);
  assert.deepEqual(list.meta, { total: 1, limit: 1, offset: 0, has_more: false });
  assert.deepEqual((await sdk.webhookEndpoints.delete(made.id)).data, { id: made.id, deleted: true });
  refused(await refusal(sdk.webhookEndpoints.get(made.id)), 'object', 404);
});

check('bad input is refused by name', async () => {
  for (const [body, field] of [
    [{ url: 'nowhere', enabled_events: ['*'] }, 'url'],
    [{ url: url('/x'), enabled_events: [] }, 'enabled_events'],
    [{ url: url('/x'), enabled_events: ['bananas.eaten'] }, 'enabled_events'],
    [{ url: url('/x'), enabled_events: ['*'], description: 'x'.repeat(501) }, 'description'],
  ]) {
    refused(await call('POST', '/webhook-endpoints', body, { beyond: true }), 'object', 400, field);
  }
});

check('what arrives is genuine for the SDK, and nothing else is', async () => {
  const { sdk } = api;
  const { data: endpoint } = await sdk.webhookEndpoints.create({ url: url('/genuine'), enabled_events: ['product.created'] });
  const product = await api.product('webhooked', { name: 'Ünïcode ✓' });
  const { headers, body } = await arrival('/genuine');
  const signature = headers['x-revkeen-signature'];
  const event = constructEvent(body, signature, endpoint.secret);
  has(event, { object: 'event', type: 'product.created', livemode: false });
  assert.deepEqual(event.data.object, product);
  assert.equal(headers['x-revkeen-event-id'], event.id);
  constructEventWithHeaders(body, extractWebhookHeaders(headers), endpoint.secret);

  const fake = (...args) => assert.throws(() => constructEvent(...args), WebhookSignatureVerificationError);
  fake(body.replace('1000', '1001'), signature, endpoint.secret);
  fake(`${body} `, signature, endpoint.secret);
  fake(body, signature, `${endpoint.secret}x`);
  fake(body, signature.replace(/t=\d+/, (t) => `${t}0`), endpoint.secret);

  const { data: rotated } = await sdk.webhookEndpoints.rotateSecret(endpoint.id);
  received.length = 0;
  has(await sdk.events.resend(event.id), { success: true, webhook_endpoint_id: endpoint.id });
  const again = await arrival('/genuine');
  assert.equal(again.headers['x-revkeen-event-id'], event.id, 'the same event');
  fake(again.body, again.headers['x-revkeen-signature'], endpoint.secret);
  assert.equal(constructEvent(again.body, again.headers['x-revkeen-signature'], rotated.secret).id, event.id);
});

check('events and deliveries as the SDK lists them', async () => {
  const { sdk } = api;
  status = 503;
  const { data: endpoint } = await sdk.webhookEndpoints.create({ url: url('/failing'), enabled_events: ['order.*'] });
  const { status: made, body: test } = await call('POST', '/events/test', { type: 'order.paid' });
  assert.equal(made, 200);
  has(test.event, { object: 'event', type: 'order.paid', pending_webhooks: 1 });
  assert.deepEqual(await sdk.events.get(test.event.id).then(({ id }) => id), test.event.id);
  const listed = await sdk.events.list({ type: 'order.paid', limit: 1 });
  has(listed, { object: 'list', has_more: false, url: '/v2/events' });
  assert.deepEqual(ids(listed.data), [test.event.id]);

  const failed = () => sdk.webhook.deliveriesList({ endpoint_id: endpoint.id, status: 'failed' }).then(({ data }) => data[0]);
  const delivery = await until('a failed attempt', failed);
  has(delivery, { event_id: test.event.id, event_type: 'order.paid', attempts: 1, last_status_code: 503, delivered_at: null });
  const pause = Date.parse(delivery.next_retry_at) - Date.parse(delivery.last_attempt_at);
  assert.ok(pause >= 300_000 && pause < 310_000, `five minutes, not ${pause} ms`);
  status = 204;
  has((await sdk.webhook.deliveriesRetry(delivery.id)).data, { id: delivery.id, status: 'pending' });
  const done = async () => (await sdk.webhook.deliveriesGet(delivery.id)).data.status === 'succeeded';
  await until('the retry', done);
  refused(await refusal(sdk.webhook.deliveriesRetry(delivery.id)), 'object', 409);
  refused(await refusal(sdk.webhook.deliveriesGet(NOBODY)), 'object', 404);
  refused(await refusal(sdk.events.get(NOBODY)), 'object', 404);
  refused(await call('GET', `/events/${test.event.id}`, undefined, { key: api.keys.live }), 'object', 404);
  status = 200;
});

complete('/webhook-deliveries', '/events');
