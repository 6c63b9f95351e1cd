// Forms as API calls: shown as SDK code that runs, and run from the page with a key of the session.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { accessible, expect, rows, test, unique, visit, type Page } from './fixtures';

/** Runs what the panel shows, as somebody who copied it. */
async function runCode(page: Page, language: string, key: string) {
  await page.getByText('As API call').click();
  await page.getByRole('group', { name: 'Language' }).getByRole('button', { name: language }).click();
  const source = await page.getByRole('region', { name: 'API call' }).innerText();
  const run = spawnSync('node', ['--input-type=module', '--eval', `${source}\nconsole.log('made');`], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, MERX_API_KEY: key },
    encoding: 'utf8',
  });
  expect(run.stdout, run.stderr).toContain('made');
}

test('a form shows its request as code that runs: the SDK where it has a method, fetch elsewhere', async ({ page, keys }) => {
  const id = unique('sdk');
  await visit(page, '/products/new');
  await page.getByLabel('Name', { exact: true }).fill('By the SDK');
  await page.getByLabel('Product id').fill(id);
  await page.getByLabel('Amount', { exact: true }).fill('19');
  await runCode(page, 'SDK', keys.test);
  const code = unique('FETCH').toUpperCase();
  await visit(page, '/discounts?drawer=new');
  await page.getByLabel('Code').fill(code);
  await page.getByLabel('Name', { exact: true }).fill('By fetch');
  await page.getByLabel('Percent off').fill('15');
  await runCode(page, 'JavaScript', keys.test);
  await visit(page, `/products?q=${id}`);
  await expect(rows(page).filter({ hasText: id })).toHaveCount(1);
  await visit(page, `/discounts?q=${code}`);
  await expect(rows(page).filter({ hasText: code })).toHaveCount(1);
});

test('a form runs its request with a key of the session, and shows what is refused', async ({ page, api, trouble }) => {
  trouble.allowStatus(409);
  const code = unique('RUN').toUpperCase();
  await visit(page, '/discounts?drawer=new');
  await page.getByLabel('Code').fill(code);
  await page.getByLabel('Name', { exact: true }).fill('By the explorer');
  await page.getByLabel('Percent off').fill('15');
  await page.getByText('As API call').click();
  await expect(page.getByText('Sends it with a key of this session, to test data.')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText(/^201 in \d+ ms$/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText(`"code": "${code}"`);
  await accessible(page, 'an API call that ran');
  const { data } = await api(`/discounts?search=${code}`);
  expect(data.map(({ name }: any) => name)).toEqual(['By the explorer']);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText(/^409 in \d+ ms$/)).toBeVisible();
});
