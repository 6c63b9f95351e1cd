// The reference's examples, each run in a shell as a reader would: those that read, then those that
// write, then those that take away. And the document against a crowd of generated requests.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { start } from './server.mjs';

const run = promisify(execFile);
const ORDER = ['get', 'post', 'put', 'patch', 'delete'];
let merx;
let environment;
let document;

before(async () => {
  merx = await start({ seed: true, frozen: false });
  const { MERX_BIN, MERX_SPEC, ...rest } = process.env;
  environment = { ...rest, MERX: merx.origin, KEY: await merx.key('test'), BEARER: await merx.bearer() };
  document = await (await fetch(`${merx.origin}/v2/openapi.json`)).json();
});
after(() => merx?.stop());

test('every operation has an example that runs', async (t) => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    ORDER.filter((method) => item[method]).map((method) => ({ method, path, ...item[method] })),
  );
  assert.ok(operations.length > 0);
  operations.sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method));
  for (const { method, operationId, requestBody, security, ...operation } of operations) {
    await t.test(`${operationId}`, async () => {
      const [{ source }] = operation['x-codeSamples'];
      if (requestBody?.required) assert.match(source, /-d '/, 'its body is shown');
      const KEY = 'bearer' in security[0] ? environment.BEARER : environment.KEY;
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', source], { env: { ...environment, KEY } });
      assert.equal(typeof JSON.parse(stdout), 'object', `${method} answers JSON`);
    });
  }
});

test('the page that shows the document is there, with its script', async () => {
  const page = await fetch(`${merx.origin}/docs`);
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(page.headers.get('content-security-policy'), /script-src 'nonce-[^']+' 'strict-dynamic'/);
  const [, script] = text.match(/<script[^>]* src="([^"]+)"/);
  const answer = await fetch(new URL(script, merx.origin));
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /javascript/);
});

test('schemathesis finds no server error and no answer that the document does not describe', async (t) => {
  const schemathesis = process.env.MERX_SCHEMATHESIS;
  if (!schemathesis) return t.skip('MERX_SCHEMATHESIS names no program');
  const checks = 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';
  const header = ['--header', `x-api-key: ${environment.KEY}`, '--header', `Authorization: Bearer ${environment.BEARER}`];
  const limits = ['--max-examples', '25', '--generation-deterministic', '--phases', 'examples,coverage,fuzzing'];
  const options = { env: environment, maxBuffer: 2 ** 26, cwd: merx.folder };
  const done = await run(schemathesis, ['run', `${merx.origin}/v2/openapi.json`, ...header, '--checks', checks, ...limits], options).catch(
    (error) => assert.fail(error.stdout + error.stderr),
  );
  assert.match(done.stdout, /(\d+) generated, \1 passed/);
  t.diagnostic(done.stdout.match(/\d+ generated, \d+ passed/)[0]);
});
