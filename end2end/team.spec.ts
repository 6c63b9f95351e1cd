// The team, the own account, and its devices.

import { emailOf, expect, focused, heading, NOBODY, OWNER, rows, signIn, table, test, unique, visit } from './fixtures';

test('an invitation: sent, its link shown once and mailed, accepted, a role changed, access removed', async ({ page, visitor, merx, trouble }) => {
  trouble.allowStatus(404);
  const email = `${unique('grace')}@example.com`;
  await visit(page, '/settings/team');
  await page.getByRole('main').getByRole('link', { name: 'Invite' }).click();
  const drawer = page.getByRole('dialog', { name: 'Invite a member' });
  await drawer.getByLabel('E-mail').fill(email);
  await drawer.getByRole('radio', { name: /^Manager/ }).check();
  await drawer.getByRole('button', { name: 'Send invitation' }).click();
  const sent = page.getByRole('dialog', { name: 'Invitation sent' });
  await expect(sent).toContainText(email);
  const link = (await sent.getByRole('region', { name: 'invitation link' }).innerText()).trim();
  expect(merx.log()).toContain(link);
  await sent.getByRole('button', { name: 'Done' }).click();
  await expect(table(page, 'Invitations').getByRole('row', { name: new RegExp(email) })).toContainText('Manager');
  await page.reload();
  expect(await page.content()).not.toContain(new URL(link).searchParams.get('token')!);

  const guest = await visitor({ state: NOBODY });
  await guest.goto(link);
  await expect(heading(guest)).toHaveText(/^Join /);
  await guest.getByLabel('Your name').fill('Grace Guest');
  await guest.getByLabel('Password', { exact: true }).fill('a password of her own');
  await guest.getByRole('button', { name: 'Accept invitation' }).click();
  await expect(guest.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await guest.context().clearCookies();
  expect((await guest.goto(link))!.status(), 'the link works once').toBe(404);
  await signIn(guest, email, 'a password of her own');

  await visit(page, '/settings/team');
  const member = table(page, 'Members').getByRole('row', { name: new RegExp(email) });
  await expect(member).toContainText('Manager');
  const choose = async (name: string) => {
    await member.getByRole('button', { name: 'Actions for Grace Guest' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Change role');
  const role = page.getByRole('dialog', { name: 'Change role' });
  await expect(role.getByRole('radio', { name: /^Manager/ })).toBeChecked();
  await role.getByRole('radio', { name: /^Viewer/ }).check();
  await role.getByRole('button', { name: 'Change role' }).click();
  await expect(member).toContainText('Viewer');
  await choose('Remove');
  await page.getByRole('dialog', { name: 'Remove Grace Guest?' }).getByRole('button', { name: 'Remove member' }).click();
  await expect(member).toHaveCount(0);
  await guest.goto('/products');
  await expect(guest).toHaveURL(/\/sign-in/);
});

test('an invitation withdrawn does not work any more', async ({ page, visitor, trouble }) => {
  trouble.allowStatus(404);
  const email = `${unique('mallory')}@example.com`;
  await visit(page, '/settings/team?drawer=invite');
  await page.getByRole('dialog').getByLabel('E-mail').fill(email);
  await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click();
  const sent = page.getByRole('dialog', { name: 'Invitation sent' });
  const link = (await sent.getByRole('region', { name: 'invitation link' }).innerText()).trim();
  await sent.getByRole('button', { name: 'Done' }).click();
  await table(page, 'Invitations').getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw invitation' }).click();
  await expect(page.getByText(email, { exact: true })).toHaveCount(0);
  const guest = await visitor({ state: NOBODY });
  expect((await guest.goto(link))!.status()).toBe(404);
});

test('U19 the last owner cannot be removed or demoted, and the menu says why', async ({ page }) => {
  await visit(page, '/settings/team');
  const own = table(page, 'Members').getByRole('row', { name: new RegExp(OWNER.email) });
  await own.getByRole('button', { name: /^Actions for/ }).click();
  for (const name of [/^Change role/, /^Leave/]) {
    const item = page.getByRole('menuitem', { name });
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toHaveAccessibleDescription('The last owner stays; make somebody else an owner first');
  }
});

test('U63 sessions are listed with their device and can be ended; the ended one lands on the sign-in page', async ({ visitor }) => {
  const mine = await visitor({ state: NOBODY });
  await signIn(mine, OWNER.email, OWNER.password);
  const phone = await visitor({ state: NOBODY, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1' });
  await signIn(phone, OWNER.email, OWNER.password);
  await visit(phone, '/products');
  await visit(mine, '/settings/team');
  const devices = table(mine, 'Where you are signed in');
  await expect(devices.getByRole('row').filter({ hasText: 'This device' })).toHaveCount(1);
  const row = devices.getByRole('row').filter({ hasText: /iPhone/ });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('127.0.0.1');
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await mine.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(row).toHaveCount(0);
  await phone.reload();
  await expect(phone).toHaveURL(/\/sign-in\?next=/);
  await phone.getByLabel('E-mail').fill(OWNER.email);
  await phone.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await expect(phone).toHaveURL(/\/products$/);
});

test('changing the own password needs the old one', async ({ visitor, trouble }) => {
  trouble.allowStatus(400);
  const page = await visitor({ role: 'support' });
  await visit(page, '/settings/team');
  const old = page.getByLabel('Current password');
  await old.fill('not my password');
  await page.getByLabel('New password').fill('a much better password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(old).toHaveAttribute('aria-invalid', 'true');
  await focused(old);
  await old.fill(OWNER.password);
  await page.getByLabel('New password').fill('a much better password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('Password changed');
  const again = await visitor({ state: NOBODY });
  await signIn(again, emailOf('support'), 'a much better password');
  // As it was, for the tests that follow.
  await visit(page, '/settings/team');
  await page.getByLabel('Current password').fill('a much better password');
  await page.getByLabel('New password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status', { name: 'Messages' })).toContainText('Password changed');
});
