// RevKeen's own command line, unmodified: it sends lower-case methods on paths without `/v2`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start } from './server.mjs';

const run = promisify(execFile);
const BINARY = fileURLToPath(new URL('../node_modules/@revkeen/cli-binary/bin/revkeen', import.meta.url));
const skip = process.platform === 'linux' && process.arch === 'x64' ? false : 'its package holds a program for Linux on x86-64';

let merx;
let key;

/** What the program prints, as JSON. It reads its settings from the home folder. */
async function revkeen(...args) {
  const env = { PATH: process.env.PATH, HOME: merx.folder, REVKEEN_API_KEY: key };
  const { stdout } = await run(BINARY, [...args, '--json'], { env });
  return JSON.parse(stdout);
}

before(async () => {
  merx = await start();
  key = await merx.key('test');
});
after(() => merx?.stop());

test('it creates, lists and shows products', { skip }, async () => {
  const env = { PATH: process.env.PATH, HOME: merx.folder };
  await run(BINARY, ['config', 'set', 'base-url', merx.origin], { env });
  assert.equal((await revkeen('products', 'list')).pagination.total, 0);
  const plan = { product_id: 'pro', name: 'Pro', kind: 'one_time', pricing_model: 'one_time', amount_minor: 1900 };
  // The program names every body `--climate-data`.
  const made = await revkeen('products', 'create', '--climate-data', JSON.stringify(plan));
  assert.equal(made.data.amount_minor, 1900);
  const shown = await revkeen('products', 'get', '--id', made.data.id);
  assert.deepEqual(shown.data, made.data);
  const listed = await revkeen('products', 'list', '--limit', '5', '--search', 'pro');
  assert.deepEqual(listed.data.map(({ id }) => id), [made.data.id]);
  const named = await revkeen('products', 'update', '--id', made.data.id, '--climate-data', '{"name":"Professional"}');
  assert.equal(named.data.name, 'Professional');
});

test('it is told what is wrong', { skip }, async () => {
  const failed = await revkeen('products', 'get', '--id', 'none').catch((error) => error);
  assert.notEqual(failed.code ?? 0, 0);
  assert.match(failed.stderr, /No such product/);
});
