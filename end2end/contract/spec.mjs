// Judges every request and response that passes through `fetch` by revkeen.openapi.json.
// Violations are collected; `harness.mjs` fails the test in which they happened.

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const place = process.env.MERX_SPEC ?? fileURLToPath(new URL('../../../shared/spec', import.meta.url));
const file = existsSync(place) && statSync(place).isDirectory() ? join(place, 'revkeen.openapi.json') : place;
if (process.env.MERX_SPEC && !existsSync(file)) throw new Error(`MERX_SPEC names ${file}, which does not exist`);
const document = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;

/** The reason to skip what needs the document, or false. */
export const skip = document ? false : `NOT CHECKED: there is no revkeen.openapi.json at ${file}; set MERX_SPEC`;
if (skip) console.error(`\n${'!'.repeat(80)}\n${skip}\n${'!'.repeat(80)}\n`);

/** Errors any operation may give although the document names only some (revkeen-semantics.md §5). */
const GENERAL_ERRORS = new Set([400, 401, 403, 404, 409, 413, 415, 422, 429]);

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const operations = Object.entries(document?.paths ?? {})
  .flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({ ...item[method], method, path })))
  .map((operation) => ({
    ...operation,
    pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`),
    holes: operation.path.split('{').length,
  }))
  .sort((a, b) => a.holes - b.holes); // `/products/external/batch` before any template it also fits

const strictly = addFormats(new Ajv2020({ strict: false, allErrors: true }));
const fromText = addFormats(new Ajv2020({ strict: false, allErrors: true, coerceTypes: true }));
const compiled = new Map();

/** What is wrong with a value, as text; '' when nothing is. */
function faults(ajv, key, schema, value) {
  if (!compiled.has(key)) compiled.set(key, ajv.compile({ ...schema, components: document.components }));
  const validate = compiled.get(key);
  return validate(value) ? '' : ajv.errorsText(validate.errors, { dataVar: 'body' });
}

const bodySchema = (message) => message?.content?.['application/json']?.schema;

function requestFaults(operation, name, url, sent) {
  const found = [];
  const schema = bodySchema(operation.requestBody);
  if (schema) found.push(sent === undefined ? 'not JSON' : faults(strictly, `${name} request`, schema, sent));
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const properties = Object.fromEntries(query.map((parameter) => [parameter.name, parameter.schema]));
  found.push(faults(fromText, `${name} query`, { type: 'object', properties }, Object.fromEntries(url.searchParams)));
  return found.filter(Boolean).join('; ');
}

function responseFaults(operation, name, status, received) {
  const { responses } = operation;
  const twoHundred = status >= 200 && status < 300;
  const inferred = operation['x-status-inferred'] && twoHundred && Object.keys(responses).find((code) => code.startsWith('2'));
  const code = responses[status] ? status : inferred;
  // An error the operation does not list must at least have the form of one that it does list.
  const errors = Object.entries(responses).filter(([code, response]) => code >= 400 && bodySchema(response));
  const schema = code ? bodySchema(responses[code]) : GENERAL_ERRORS.has(status) && bodySchema(errors[0]?.[1]);
  if (!code && !GENERAL_ERRORS.has(status)) return `status ${status} is not documented`;
  return schema ? faults(strictly, `${name} ${code ?? 'error'}`, schema, received) : '';
}

const json = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export class Judge {
  violations = [];
  #answered = new Set();

  /**
   * A `fetch` under judgement. Requests that break the document are allowed, but then the server must
   * refuse them; `beyond` also allows it to accept them: our additions, the guide's spelling and words.
   */
  fetch = ({ beyond = false } = {}) => async (input, init) => {
    const request = new Request(input, init);
    const sent = json(await request.clone().text());
    const response = await fetch(request);
    const text = await response.clone().text();
    const url = new URL(request.url);
    const blame = (what) => this.violations.push(`${request.method} ${url.pathname}${url.search} → ${response.status}: ${what}\n  ${text.slice(0, 2000)}`);

    const received = json(text);
    if (response.status >= 500) blame('the server failed');
    if (!/^application\/json\b/.test(response.headers.get('content-type') ?? '')) blame('not application/json');
    else if (received === undefined) blame('the body is not JSON');
    if (skip) return response;

    const path = url.pathname.replace(/^\/v2/, '');
    const operation = operations.find(({ method, pattern }) => method === request.method.toLowerCase() && pattern.test(path));
    if (!operation) {
      blame('no such operation in the document');
      return response;
    }
    const name = `${operation.method.toUpperCase()} ${operation.path}`;
    if (response.ok) {
      this.#answered.add(name);
      const unasked = !beyond && requestFaults(operation, name, url, sent);
      if (unasked) blame(`accepted a request that breaks the document: ${unasked}`);
    }
    const wrong = responseFaults(operation, name, response.status, received);
    if (wrong) blame(`the response breaks the document: ${wrong}`);
    return response;
  };

  /** The violations since the last call. */
  drain() {
    return this.violations.splice(0);
  }

  /** Operations below a path that never gave a 2xx answer. */
  unanswered(prefix) {
    const wanted = operations.filter(({ path }) => path === prefix || path.startsWith(`${prefix}/`));
    return wanted.map(({ method, path }) => `${method.toUpperCase()} ${path}`).filter((name) => !this.#answered.has(name));
  }
}
