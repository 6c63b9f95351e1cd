// The pages there are, and what the lists among them can do.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Routes of the site; `src/tests/pages.txt`, written by the Rust tests, may know more. */
const KNOWN = [
  '/',
  '/products',
  '/products/new',
  '/products/:id',
  '/products/:id/edit',
  '/products/:id/prices/new',
  '/prices',
  '/prices/:id',
  '/discounts',
  '/discounts/:id',
  '/developers/oauth-apps',
  '/developers/webhooks',
  '/developers/webhooks/:id',
  '/developers/deliveries',
  '/developers/deliveries/:id',
  '/developers/events',
  '/developers/events/:id',
  '/developers/requests',
  '/developers/requests/:id',
  '/settings',
  '/settings/team',
  '/settings/api-keys',
  '/sign-in',
  '/forgot-password',
  '/reset-password',
  '/invitation',
  '/setup',
];

/** Pages for those who are not signed in; whoever is, is sent on from most of them. */
const DOORS = ['/sign-in', '/forgot-password', '/reset-password', '/invitation'];
/** Answers on an empty database only; `set-up.spec.ts` has one. */
const SET_UP = '/setup';

function inventory(): string[] {
  const file = fileURLToPath(new URL('../src/tests/pages.txt', import.meta.url));
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const listed = [...text.matchAll(/(?:^|\s)(\/[^\s#]*)/g)].map((match) => match[1].replaceAll(/\{(\w+)\}/g, ':$1'));
  return [...new Set([...KNOWN, ...listed])].filter((path) => path !== SET_UP && !path.startsWith('/_'));
}

/** Addresses with an object in them, by what stands before it. */
export type Ids = {
  products: string; prices: string; discounts: string; webhooks: string; deliveries: string; events: string; requests: string;
};

/** One of each, from the sample data. */
export async function samples(api: (path: string, options?: { method?: string; data?: unknown }) => Promise<any>): Promise<Ids> {
  const product = (await api('/products/team_monthly')).data;
  const prices = (await api('/prices?lookup_key=team_seats')).data;
  const discounts = (await api('/discounts?search=SUMMER25')).data;
  const listed = (await api('/webhook-endpoints')).data;
  const data = { url: 'https://sample.invalid/hook', enabled_events: ['*'] };
  const endpoint = listed[0] ?? (await api('/webhook-endpoints', { method: 'POST', data })).data;
  const events = (await api('/events?limit=1')).data;
  // Sent by hand, so that there is a delivery whether or not the worker has come round.
  await api(`/events/${events[0].id}/resend?webhook_endpoint_id=${endpoint.id}`, { method: 'POST' });
  const deliveries = (await api(`/webhook-deliveries?event_id=${events[0].id}`)).data;
  const { requestId } = await api('/products?limit=1');
  return {
    products: product.id, prices: prices[0].id, discounts: discounts[0].id, webhooks: endpoint.id, deliveries: deliveries[0].id,
    events: events[0].id, requests: requestId,
  };
}

const fill = (path: string, ids: Ids) =>
  path.replace(/\/(\w+)\/:\w+/, (whole, noun: string) => (noun in ids ? `/${noun}/${ids[noun as keyof Ids]}` : whole));

/** Every page of the dashboard, as addresses that can be opened. */
export function dashboard(ids: Ids): string[] {
  const pages = inventory().filter((path) => !DOORS.includes(path)).map((path) => fill(path, ids));
  const unknown = pages.filter((path) => path.includes(':'));
  if (unknown.length) throw new Error(`say in end2end/pages.ts which object stands in ${unknown}`);
  return pages;
}

/** Every page for people who are not signed in. */
export const doors = () => DOORS.map((path) => (path === '/reset-password' || path === '/invitation' ? `${path}?token=unknown` : path));

/** Drawers that have an address of their own. */
export const drawers = (ids: Ids) => [
  '/discounts?drawer=new',
  `/discounts/${ids.discounts}?drawer=edit`,
  `/prices/${ids.prices}?drawer=edit`,
  '/developers/webhooks?drawer=new',
  `/developers/webhooks/${ids.webhooks}?drawer=edit`,
  `/developers/webhooks/${ids.webhooks}?drawer=test`,
  '/settings/team?drawer=invite',
  '/settings/api-keys?drawer=new',
  '/developers/oauth-apps?drawer=new',
];

export type List = {
  path: string;
  /** Heading of the page and caption of its table. */
  title: string;
  /** A column whose heading sorts. */
  sort: string;
  /** A filter as a user sets it: a tab, or a choice of a select. */
  tab?: string;
  select?: [label: string, choice: string];
  /** Words that some rows have and others do not, and a column that shows them. */
  search: [words: string, column: string];
  /** What makes the first one. */
  create?: string;
  /** What an empty list says. */
  none: string;
};

export const LISTS: List[] = [
  {
    path: '/products', title: 'Products', sort: 'Name', tab: 'Active', select: ['Kind', 'One-time'],
    search: ['workshop', 'Name'], create: 'New product', none: 'No products yet',
  },
  { path: '/prices', title: 'Prices', sort: 'Amount', tab: 'Active', search: ['workshop', 'Product'], none: 'No prices yet' },
  {
    path: '/discounts', title: 'Discounts', sort: 'Code', tab: 'Active', search: ['five', 'Name'], create: 'New discount',
    none: 'No discounts yet',
  },
];
