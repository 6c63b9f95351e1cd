// What every form does: its address, unsaved work, errors at their fields, one submission, the API call.

import { spawnSync } from 'node:child_process';
import { expect, focused, heading, hydrated, rows, test, total, unique, visit, type Page } from './fixtures';

const drawer = (page: Page) => page.getByRole('dialog', { name: 'New discount' });
const leave = (page: Page) => page.getByRole('dialog', { name: 'Discard changes?' });
const opener = (page: Page) => page.getByRole('main').getByRole('link', { name: 'New discount' });

test('U21 a drawer has an address: Esc and back close it, reload keeps it, the focus returns to its opener', async ({ page }) => {
  await visit(page, '/discounts?q=summer');
  for (const close of [() => page.keyboard.press('Escape'), () => page.goBack(), () => drawer(page).getByRole('button', { name: 'Close' }).click(), () => drawer(page).getByRole('button', { name: 'Cancel' }).click()]) {
    await opener(page).click();
    await expect(drawer(page)).toBeVisible();
    await expect(page).toHaveURL(/q=summer&drawer=new|drawer=new&q=summer/);
    await focused(drawer(page).getByLabel('Code'));
    await close();
    await expect(drawer(page)).toBeHidden();
    await expect(page).toHaveURL((url) => url.search === '?q=summer');
    await focused(opener(page));
  }
  await opener(page).click();
  await page.reload();
  await expect(drawer(page)).toBeVisible();
  await hydrated(page);
  await expect(rows(page)).toHaveCount(1);
  // Nothing behind it can be reached.
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement?.closest('dialog'));
    expect(outside, 'the focus stays in the drawer').toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toBeHidden();
});

test('U22 unsaved work asks before it is lost: Esc, cancel, back, a link, closing the tab', async ({ page }) => {
  const start = async () => {
    await visit(page, '/discounts');
    await opener(page).click();
    await drawer(page).getByLabel('Code').fill('HALF');
  };
  for (const close of [() => page.keyboard.press('Escape'), () => drawer(page).getByRole('button', { name: 'Cancel' }).click(), () => page.goBack()]) {
    await start();
    await close();
    await expect(leave(page)).toBeVisible();
    await focused(leave(page).getByRole('button', { name: 'Keep editing' }));
    await page.keyboard.press('Enter');
    await expect(leave(page)).toBeHidden();
    await expect(drawer(page).getByLabel('Code')).toHaveValue('HALF');
    await expect(page).toHaveURL(/drawer=new/);
    await close();
    await leave(page).getByRole('button', { name: 'Discard' }).click();
    await expect(drawer(page)).toBeHidden();
    await expect(page).toHaveURL((url) => url.pathname === '/discounts' && url.search === '');
  }
  // A page of its own asks too, when a link is followed.
  await visit(page, '/products/new');
  await page.getByLabel('Name', { exact: true }).fill('Half a product');
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Prices' });
  await link.click();
  await leave(page).getByRole('button', { name: 'Keep editing' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Half a product');
  await link.click();
  await leave(page).getByRole('button', { name: 'Discard' }).click();
  await expect(heading(page)).toHaveText('Prices');
  // Closing the tab: the browser's own question.
  await start();
  let asked = false;
  page.on('dialog', (dialog) => {
    asked = dialog.type() === 'beforeunload';
    void dialog.accept();
  });
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toBe(true);
});

test('U22 what has not been touched closes without asking', async ({ page }) => {
  await visit(page, '/products/new');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Discounts' }).click();
  await expect(heading(page)).toHaveText('Discounts');
  await expect(leave(page)).toBeHidden();
});

test('U24 errors stand at their fields, after leaving a field and after submitting; the focus goes to the first', async ({ page, trouble }) => {
  await visit(page, '/discounts?drawer=new');
  const form = drawer(page);
  const code = form.getByLabel('Code');
  // After leaving it.
  await code.focus();
  await page.keyboard.press('Tab');
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await expect(code).toHaveAccessibleDescription(/Enter code\./);
  await code.fill('TWICE');
  await page.keyboard.press('Tab');
  await expect(code).not.toHaveAttribute('aria-invalid', 'true');
  // After submitting.
  await form.getByRole('button', { name: 'Create discount' }).click();
  const name = form.getByLabel('Name', { exact: true });
  await focused(name);
  await expect(name).toHaveAccessibleDescription(/Enter name\./);
  await expect(form.getByLabel('Percent off')).toHaveAccessibleDescription(/Enter percent off\./);
  const summary = form.getByRole('alert');
  await expect(summary).toBeVisible();
  await summary.getByRole('button', { name: /^Percent off/ }).click();
  await focused(form.getByLabel('Percent off'));
  // What only the server knows lands at the same field.
  await code.fill('summer25');
  await name.fill('Another summer');
  await form.getByLabel('Percent off').fill('5');
  trouble.allowStatus(409);
  await form.getByRole('button', { name: 'Create discount' }).click();
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await expect(code).toHaveAccessibleDescription(/already|taken|exists|used/i);
  await focused(code);
  await expect(page.getByRole('status', { name: 'Messages' })).toBeEmpty();
});

test('U25 pressing twice creates once', async ({ page, api }) => {
  for (const press of [
    (page: Page) => drawer(page).getByRole('button', { name: 'Create discount' }).dblclick({ delay: 10 }),
    async (page: Page) => {
      await drawer(page).getByLabel('Code').focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
    },
  ]) {
    const code = unique('ONCE').toUpperCase();
    await visit(page, '/discounts');
    const before = await total(page);
    await opener(page).click();
    await drawer(page).getByLabel('Code').fill(code);
    await drawer(page).getByLabel('Name', { exact: true }).fill('Pressed twice');
    await drawer(page).getByLabel('Percent off').fill('10');
    // The answer takes its time, as on a bad line.
    let requests = 0;
    await page.route(/create_discount/, async (route) => {
      requests += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    await press(page);
    await expect(heading(page)).toHaveText('Pressed twice');
    expect(requests).toBe(1);
    const found = (await api('/discounts?limit=100')).data.filter((discount: any) => discount.code === code);
    expect(found).toHaveLength(1);
    await page.unrouteAll();
    await visit(page, '/discounts');
    expect(await total(page)).toBe(before + 1);
  }
});

test('U26 amounts are read as people write them, and refused with too many decimals', async ({ page, api }) => {
  test.slow();
  const cases: [text: string, currency: string, minor: number | null][] = [
    ['1,234.50', 'USD', 123_450],
    ['1.234,50', 'EUR', 123_450],
    ['1234,50', 'EUR', 123_450],
    ['0.1', 'USD', 10],
    ['1.005', 'USD', null],
    ['12,500', 'JPY', 12_500],
    ['12.5', 'JPY', null],
    ['18.505', 'KWD', 18_505],
    ['90071992547.41', 'USD', 9_007_199_254_741],
    ['-5', 'USD', null],
    ['12a', 'USD', null],
    ['1e3', 'USD', null],
  ];
  for (const [text, currency, minor] of cases) {
    const id = unique('money');
    await visit(page, '/products/new');
    await page.getByLabel('Name', { exact: true }).fill(`Amount ${text}`);
    await page.getByLabel('Product id').fill(id);
    await page.getByRole('radio', { name: /^One-time/ }).check();
    await page.getByLabel('Currency').selectOption(currency);
    const amount = page.getByLabel('Amount', { exact: true });
    await amount.fill(text);
    await page.getByRole('button', { name: 'Create product' }).click();
    if (minor === null) {
      await expect(amount, text).toHaveAttribute('aria-invalid', 'true');
      await expect(amount, text).toHaveAccessibleDescription(/\w/);
      continue;
    }
    await expect(heading(page), text).toHaveText(`Amount ${text}`);
    expect((await api(`/products/${id}`)).data, text).toMatchObject({ amount_minor: minor, currency });
  }
});

test('U29 a form shows itself as an API call, and the call does what it says', async ({ page, merx, keys }) => {
  const calls: [path: string, fill: () => Promise<unknown>, expected: object][] = [
    [
      '/discounts?drawer=new',
      async () => {
        await page.getByLabel('Code').fill(unique('curl'));
        await page.getByLabel('Name', { exact: true }).fill(`Curl's own`);
        await page.getByLabel('Percent off').fill('12.5');
      },
      { name: `Curl's own`, discount_type: 'percentage', discount_value: 12.5 },
    ],
    [
      '/products/new',
      async () => {
        await page.getByLabel('Name', { exact: true }).fill('Curled');
        await page.getByLabel('Product id').fill(unique('curl'));
        await page.getByLabel('Amount', { exact: true }).fill('19');
      },
      { name: 'Curled', amount_minor: 1900, interval: 'month', kind: 'subscription' },
    ],
  ];
  for (const [path, fill, expected] of calls) {
    await visit(page, path);
    await fill();
    await page.getByText('As API call').click();
    const command = await page.getByRole('region', { name: 'API call' }).innerText();
    expect(command).toContain(merx.origin);
    const run = spawnSync('bash', ['-c', `${command.replace('YOUR_API_KEY', keys.test)} -s -w '\\n%{http_code}'`], { encoding: 'utf8' });
    const [status, ...body] = run.stdout.trim().split('\n').reverse();
    expect(status, run.stdout + run.stderr).toBe('201');
    expect(JSON.parse(body.reverse().join('\n')).data).toMatchObject(expected);
  }
});

test('U20 a question names its thing and has the focus on Cancel; Enter destroys nothing', async ({ page, api }) => {
  const data = { product_id: unique('asked'), name: 'Asked about', kind: 'one_time', pricing_model: 'one_time', amount_minor: 100 };
  const { data: product } = await api('/products', { method: 'POST', data });
  await visit(page, `/products/${product.id}`);
  const more = page.getByRole('button', { name: 'More actions for Asked about' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  const question = page.getByRole('dialog', { name: 'Archive Asked about?' });
  await focused(question.getByRole('button', { name: 'Cancel' }));
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  expect((await api(`/products/${product.id}`)).data.is_archived).toBe(false);
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await focused(question.getByRole('button', { name: 'Cancel' }));
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  expect((await api(`/products/${product.id}`)).data.is_archived).toBe(false);
});
