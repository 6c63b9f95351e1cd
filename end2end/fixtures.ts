// What all browser tests share: a server per worker, people signed in, and pages that fail their
// test when anything goes wrong behind the user's back.
//
// Rules: locators by role and label only (and the text a user reads); no test ids, no mocks, no
// sleeps. `page.route` may slow or block a request, never answer one. Whatever is clicked or typed
// into has been opened with `visit`, which waits until the page answers.

import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type APIRequestContext, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from '@playwright/test';
import { OWNER, start } from './contract/server.mjs';

export { expect, OWNER };
export type { Locator, Page };

export const ROLES = ['owner', 'admin', 'manager', 'support', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

type Server = Awaited<ReturnType<typeof start>>;
type State = Exclude<BrowserContextOptions['storageState'], string | undefined>;

/** Nobody signed in. */
export const NOBODY: State = { cookies: [], origins: [] };

/** Everything that went wrong in the pages of a test. */
class Trouble {
  private found: string[] = [];
  private expected: RegExp[] = [];

  /** This may happen in this test: a refusal that it provokes. */
  allow(...patterns: RegExp[]) {
    this.expected.push(...patterns);
  }

  /** This answer is provoked, on addresses with these words in them. */
  allowStatus(status: number, where = '') {
    this.allow(new RegExp(`status (of )?${status}.*${where}`));
  }

  watch(context: BrowserContext) {
    const note = (text: string) => this.found.push(text);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => note(`page error: ${error.error().message}`));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      // The browser gives up what a page still loads when it is left.
      if (reason !== 'net::ERR_ABORTED') note(`failed request: ${request.method()} ${request.url()}: ${reason}`);
    });
    context.on('response', (response) => {
      if (response.status() >= 400) note(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
  }

  check() {
    const bad = this.found.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    expect(bad, 'console errors, page errors and failed requests').toEqual([]);
  }
}

type WorkerFixtures = {
  /** The server, with a database of its own and sample data in test mode. */
  merx: Server;
  /** Session of a member; the owner's comes from the sign-in page. */
  session: (role: Role) => Promise<State>;
  /** API keys of this worker's merchant. */
  keys: { test: string; live: string };
};

type TestFixtures = {
  trouble: Trouble;
  /** The API, with a key of test or live mode; the answer also knows its `requestId`. */
  api: (path: string, options?: { mode?: 'test' | 'live'; method?: string; data?: unknown }) => Promise<any>;
  /** A page of somebody else, or with other settings. */
  visitor: (options?: { role?: Role | 'nobody'; state?: State } & BrowserContextOptions) => Promise<Page>;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  merx: [
    async ({}, use) => {
      const server = await start({ seed: true });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  session: [
    async ({ browser, merx, playwright }, use) => {
      const known = new Map<Role, Promise<State>>();
      const owner = async () => {
        const context = await browser.newContext({ baseURL: merx.origin, storageState: NOBODY });
        const page = await context.newPage();
        await signIn(page, OWNER.email, OWNER.password);
        const state = await context.storageState();
        await context.close();
        return state;
      };
      const member = async (role: Role) => {
        const boss = await playwright.request.newContext({ baseURL: merx.origin, storageState: await session('owner') });
        const { link } = await rpc(boss, 'house/team/rpc/invite', { email: emailOf(role), role });
        await boss.dispose();
        const own = await playwright.request.newContext({ baseURL: merx.origin, storageState: NOBODY, maxRedirects: 0 });
        const form = { token: new URL(link).searchParams.get('token')!, name: nameOf(role), password: OWNER.password };
        const answer = await own.post(`${RPC}house/team/rpc/accept_invitation`, { form });
        expect(answer.status(), await answer.text()).toBeLessThan(400);
        const state = await own.storageState();
        await own.dispose();
        return state;
      };
      const session = (role: Role): Promise<State> => {
        if (!known.has(role)) known.set(role, role === 'owner' ? owner() : member(role));
        return known.get(role)!;
      };
      await use(session);
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  keys: [
    async ({ merx }, use) => use({ test: await merx.key('test'), live: await merx.key('live') }),
    { scope: 'worker' },
  ],

  baseURL: async ({ merx }, use) => use(merx.origin),
  storageState: async ({ session }, use) => use(await session('owner')),

  trouble: async ({}, use) => {
    const trouble = new Trouble();
    await use(trouble);
    trouble.check();
  },

  context: async ({ context, trouble }, use) => {
    trouble.watch(context);
    await use(context);
  },

  api: async ({ keys, playwright, merx }, use) => {
    const context = await playwright.request.newContext({ baseURL: merx.origin, storageState: NOBODY });
    await use(async (path, { mode = 'test', method = 'GET', data } = {}) => {
      const answer = await context.fetch(`/v2${path}`, { method, data, headers: { 'x-api-key': keys[mode] } });
      expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
      // The id under which the log of requests knows the call; not part of what it answered.
      return Object.defineProperty(await answer.json(), 'requestId', { value: answer.headers()['x-request-id'] });
    });
    await context.dispose();
  },

  visitor: async ({ browser, contextOptions, merx, session, trouble }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ role = 'owner', state, ...options } = {}) => {
      const storageState = state ?? (role === 'nobody' ? NOBODY : await session(role));
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 }, locale: 'en-US', timezoneId: 'UTC',
        ...contextOptions, ...options, baseURL: merx.origin, storageState,
      });
      contexts.push(context);
      trouble.watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Where server functions are. */
export const RPC = '/rpc/merx/';

/** Calls a server function directly, as the page's own code would; `status` if it is to be refused. */
export async function rpc(request: APIRequestContext, name: string, data: unknown, status = 200): Promise<any> {
  const answer = await request.post(RPC + name, { data, headers: { accept: 'application/json' } });
  const text = await answer.text();
  expect(answer.status(), `${name}: ${text}`).toBe(status);
  return JSON.parse(text);
}

export const emailOf = (role: Role) => (role === 'owner' ? OWNER.email : `${role}@example.com`);
export const nameOf = (role: Role) => `${role[0].toUpperCase()}${role.slice(1)} Example`;

/** Waits until the page answers to keys and clicks. */
export async function hydrated(page: Page) {
  // The pages before the dashboard load no scripts.
  await page.locator('html[data-hydrated], html:not(:has(script[type=module]))').waitFor({ state: 'attached' });
}

/** Opens a page and waits until it answers. */
export async function visit(page: Page, path: string) {
  const answer = await page.goto(path);
  await hydrated(page);
  return answer!;
}

/** Signs in through the real page. */
export async function signIn(page: Page, email: string, password: string) {
  await visit(page, '/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await hydrated(page);
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 });
export const table = (page: Page, name?: string) => page.getByRole('table', { name });
/** Rows of the page's list, without its head. */
export const rows = (page: Page) => page.getByRole('table').first().getByRole('row').filter({ has: page.getByRole('cell') });
export const showing = (page: Page) => page.getByText(/^Showing \d/);

/** What stands in a column of the page's list. */
export async function column(page: Page, name: string): Promise<string[]> {
  const heads = await page.getByRole('table').first().getByRole('columnheader').allTextContents();
  const index = heads.map((head) => head.trim()).indexOf(name);
  expect(index, `column ${name} among ${heads}`).toBeGreaterThanOrEqual(0);
  // At one moment: the list may be drawn anew meanwhile.
  return rows(page).evaluateAll((found, at) => found.map((row) => row.querySelectorAll<HTMLElement>('td')[at]?.innerText.trim() ?? ''), index);
}

/** The number in "Showing 1–20 of 57". */
export async function total(page: Page): Promise<number> {
  const text = await showing(page).innerText();
  return Number(text.replace(/.* of /, '').replaceAll(',', ''));
}

/** Is the element that has the focus this one? */
export const focused = (target: Locator) => expect(target).toBeFocused();

/** No violation of any level, with what to look for. */
export async function accessible(page: Page, where: string) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 4).map((node) => `${where}: ${id} (${help}): ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
  );
  expect.soft(found, `axe on ${where}`).toEqual([]);
}

/** A text nobody else uses. */
let made = 0;
export const unique = (prefix: string) => `${prefix}_${process.pid}_${++made}`;
