import { test, expect, unique } from './fixtures';
test('probe', async ({ page, api, trouble }) => {
  trouble.allow(/./); test.setTimeout(200000);
  for (const name of ['<script>document.title="owned"</script>', '"><img src=x onerror=alert(1)>', '&lt;b&gt; </textarea></title><b>bold</b>', 'right \u202Eot tfel\u202C and 🧾𝒳 四', "Robert'); drop table products;--", '{{7*7}} ${7*7} %s']) {
    const data = { product_id: unique('h'), name, description: name, kind: 'one_time', pricing_model: 'one_time', amount_minor: 1, features: [name], metadata: { [name.slice(0, 30)]: name } };
    const { data: p } = await api('/products', { method: 'POST', data });
    const { data: d } = await api('/discounts', { method: 'POST', data: { code: name.slice(0, 40), name, discount_type: 'percentage', discount_value: 1 } });
    for (const path of [`/products/${p.id}`, `/products/${p.id}/edit`, `/discounts/${d.id}`, `/products?q=${encodeURIComponent(name)}`]) {
      await page.goto(path);
      const ok = await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 6000 }).then(() => 'ok', () => 'NOT HYDRATED');
      if (ok !== 'ok') console.log(name, path.replace(/[0-9a-f-]{36}/, ':id'), ok);
    }
  }
});
