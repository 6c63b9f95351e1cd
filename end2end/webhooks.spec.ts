// Webhooks: an endpoint from its making to its end, what was sent to it, and sending again.

import { expect, focused, heading, rows, test, unique, visit, type Page } from './fixtures';

const drawer = (page: Page, name: string) => page.getByRole('dialog', { name });
const secretOf = async (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Copy the signing secret now' });
  await expect(dialog).toBeVisible();
  const secret = (await dialog.getByRole('region', { name: 'Signing secret' }).innerText()).trim();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  return secret;
};

/** Makes an endpoint through the form. Nobody answers in `.invalid`. */
async function make(page: Page, url: string, description: string) {
  await visit(page, '/developers/webhooks?drawer=new');
  const form = drawer(page, 'New webhook');
  await form.getByLabel('Address').fill(url);
  await form.getByLabel('Description').fill(description);
  await form.getByRole('button', { name: 'Create webhook' }).click();
  return secretOf(page);
}

test('U62 a webhook is made with chosen events, and its secret is shown once', async ({ page }) => {
  const name = unique('shop').replaceAll('_', '-');
  await visit(page, '/developers/webhooks');
  await page.getByRole('link', { name: 'New webhook' }).first().click();
  const form = drawer(page, 'New webhook');
  await form.getByLabel('Address').fill(`https://${name}.invalid/hook`);
  await form.getByLabel('Description').fill(name);
  await form.getByRole('radio', { name: /^Chosen events/ }).check();
  await form.getByRole('searchbox', { name: 'Search events' }).fill('invoice.paid');
  await form.getByRole('checkbox', { name: 'invoice.paid', exact: true }).check();
  await form.getByRole('searchbox', { name: 'Search events' }).fill('product.');
  await form.getByRole('checkbox', { name: /^All of product,/ }).check();
  await expect(form.getByRole('checkbox', { name: 'product.updated', exact: true })).toBeDisabled();
  await expect(form.getByText('2 chosen')).toBeVisible();
  await form.getByRole('button', { name: 'Create webhook' }).click();
  const secret = await secretOf(page);
  expect(secret).toMatch(/^rk_wh_\S{20,}$/);
  const row = rows(page).filter({ hasText: name });
  await expect(row).toContainText('Enabled');
  await expect(row).toContainText('2 patterns');
  await row.getByRole('link').first().click();
  await expect(heading(page)).toHaveText(`${name}.invalid`);
  for (const pattern of ['invoice.paid', 'product.*']) await expect(page.getByRole('listitem').filter({ hasText: pattern })).toBeVisible();
  expect(await page.content()).not.toContain(secret);
});

test('U24 an address that may not be called is refused at its field, and so is no event at all', async ({ page, trouble }) => {
  trouble.allowStatus(400);
  await visit(page, '/developers/webhooks?drawer=new');
  const form = drawer(page, 'New webhook');
  await form.getByRole('button', { name: 'Create webhook' }).click();
  await focused(form.getByLabel('Address'));
  await form.getByLabel('Address').fill('https://169.254.169.254/latest');
  await form.getByRole('button', { name: 'Create webhook' }).click();
  await expect(form.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Address').fill('https://example.invalid/hook');
  await form.getByRole('radio', { name: /^Chosen events/ }).check();
  await form.getByRole('button', { name: 'Create webhook' }).click();
  await expect(form.getByRole('alert')).toBeVisible();
});

test('U20 disabling is taken back, rotating and deleting ask, and what cannot be done says why', async ({ page }) => {
  const name = unique('life').replaceAll('_', '-');
  const first = await make(page, `https://${name}.invalid/hook`, name);
  await rows(page).filter({ hasText: name }).getByRole('link').first().click();
  const more = page.getByRole('button', { name: /^More actions for/ });
  await more.click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await expect(page.getByRole('main').getByText('Disabled', { exact: true })).toBeVisible();
  const send = page.getByRole('button', { name: 'Send test event' });
  await expect(send).toHaveAttribute('aria-disabled', 'true');
  await expect(send).toHaveAccessibleDescription(/is disabled; enable it first/);
  await page.getByRole('status', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('main').getByText('Enabled', { exact: true })).toBeVisible();
  await more.click();
  await page.getByRole('menuitem', { name: 'Rotate secret' }).click();
  const question = page.getByRole('dialog', { name: /^Rotate the secret/ });
  await focused(question.getByRole('button', { name: 'Cancel' }));
  await question.getByRole('button', { name: 'Continue' }).click();
  expect(await secretOf(page)).not.toBe(first);
  await more.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const goodbye = page.getByRole('dialog', { name: /^Delete the webhook/ });
  await expect(goodbye.getByRole('button', { name: 'Continue' })).toHaveAttribute('aria-disabled', 'true');
  await goodbye.getByRole('textbox').fill(`${name}.invalid`);
  await goodbye.getByRole('button', { name: 'Continue' }).click();
  await expect(heading(page)).toHaveText('Webhooks');
  await expect(rows(page).filter({ hasText: name })).toHaveCount(0);
});

test('a test event fails, says how, and can be sent again', async ({ page }) => {
  const name = unique('test').replaceAll('_', '-');
  await make(page, `https://${name}.invalid/hook`, name);
  await rows(page).filter({ hasText: name }).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Send test event' }).click();
  const form = drawer(page, 'Send a test event');
  await form.getByLabel('Event').selectOption('invoice.paid');
  await form.getByRole('button', { name: 'Send test event' }).click();
  await expect(heading(page)).toHaveText(`invoice.paid to ${name}.invalid`);
  await expect(async () => {
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByText(/^Attempt 1/)).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole('region', { name: 'Request body' })).toContainText('"type": "invoice.paid"');
  await page.getByText('Headers of the request').click();
  await expect(page.getByRole('main')).toContainText('x-revkeen-signature');
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(async () => {
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByText(/^Attempt 2/)).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Deliveries' }).click();
  await page.getByRole('navigation', { name: 'Quick filters' }).getByRole('link', { name: /^Failed/ }).click();
  await expect(page).toHaveURL(/status=failed/);
  await expect(rows(page).filter({ hasText: `${name}.invalid` }).filter({ hasText: 'invoice.paid' })).toHaveCount(1);
});
