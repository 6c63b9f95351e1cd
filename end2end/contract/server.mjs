// Starts the release binary on a free port with a folder and a database of its own, and stops it again.
// Only this child is ever signalled.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = resolve(CHECKOUT, process.env.MERX_BIN ?? 'target/release/merx');
const run = promisify(execFile);
const START_SECONDS = 30;
const STOP_SECONDS = 10;

/** The time on the server's clock; tests rely on the hour only, so the clock may run or stand. */
export const CLOCK = '2026-06-15T12:00:00Z';

/** Who may sign in on a server just started. */
export const OWNER = { email: 'owner@example.com', password: 'correct horse battery staple' };

/** `MERX_…` variables are flags to the binary; those of the tests' own environment must not leak in. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MERX_')));

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** An empty database: a file in `folder`, or one more on the PostgreSQL server that the tests run on. */
async function emptyDatabase(folder) {
  const server = process.env.MERX_TEST_DATABASE_URL;
  if (!server) return `sqlite://${join(folder, 'merx.db')}`;
  const name = basename(folder).toLowerCase().replace(/[^a-z0-9]/g, '_');
  await run('psql', [server, '--quiet', '--command', `create database ${name}`]);
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

/** A server: with a merchant and its owner unless `empty`, with sample data if `seed`; its clock goes on unless `frozen`. `flags` go to `serve`. */
export async function start({ empty = false, seed = false, frozen = true, flags = [] } = {}) {
  assert.ok(existsSync(BINARY), `no binary at ${BINARY}: build the release first, or set MERX_BIN`);
  const folder = mkdtempSync(join(tmpdir(), 'merx-tests-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const database = await emptyDatabase(folder);
  const options = { cwd: folder, env: environment };

  const merx = async (...args) => {
    const { stdout } = await run(BINARY, [...args, '--database-url', database], options);
    return stdout.trim();
  };
  if (!empty) await merx('init', '--email', OWNER.email, '--password', OWNER.password);
  if (seed) await merx('seed', '--clock', CLOCK);

  const listen = `127.0.0.1:${await freePort()}`;
  const logFile = join(folder, 'merx.log');
  const log = openSync(logFile, 'a');
  const readLog = () => readFileSync(logFile, 'utf8');
  const child = spawn(BINARY, ['serve', '--listen', listen, '--database-url', database, ...(frozen ? ['--clock', CLOCK] : []), ...flags], {
    ...options,
    stdio: ['ignore', log, log],
  });
  const exited = new Promise((done) => {
    child.once('exit', (code, signal) => done(signal ?? code));
    child.once('error', done);
  });
  const running = () => child.pid && child.exitCode === null && child.signalCode === null;
  const kill = () => running() && child.kill('SIGKILL');
  process.once('exit', kill);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const ready = () => fetch(`http://${listen}/readyz`).then((answer) => answer.status === 200, () => false);
  for (const end = Date.now() + START_SECONDS * 1000; !(await ready()); await sleep(50)) {
    if (running() && Date.now() < end) continue;
    kill();
    throw new Error(`${BINARY} was not ready within ${START_SECONDS} s; its log:\n${readLog()}`);
  }

  return {
    origin: `http://${listen}`,

    /** The folder it runs in; removed at the end. */
    folder,

    /** What the server has printed: errors, and mails, because there is no mail server. */
    log: readLog,

    /** A new API key without a rate limit: `key('test')`, `key('live', 'products:read,prices:read')`. */
    async key(mode, scopes) {
      const key = await merx('keys', 'create', '--mode', mode, '--rate-limit', 'off', ...(scopes ? ['--scopes', scopes] : []));
      assert.match(key, mode === 'live' ? /^rk_live_\S+$/ : /^rk_sandbox_\S+$/);
      return key;
    },

    /** A new API key of the RevenueCat dialect. */
    bearer: (mode = 'test') => merx('keys', 'create', '--mode', mode, '--rate-limit', 'off', '--dialect', 'revenuecat'),

    /** Stops the server; it must have lived until now, end politely and never have panicked. */
    async stop() {
      const alive = running();
      child.kill('SIGTERM');
      const end = await Promise.race([exited, sleep(STOP_SECONDS * 1000, 'still running', { ref: false })]);
      kill();
      process.off('exit', kill);
      const text = readLog();
      assert.ok(alive, `the server ended by itself (${end}); its log:\n${text}`);
      assert.ok(end === 0 || end === 'SIGTERM', `the server did not stop politely (${end}); its log:\n${text}`);
      assert.doesNotMatch(text, /panicked at/);
    },
  };
}
