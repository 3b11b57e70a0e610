// Lava.login() of the SDK: it opens a browser, which is a script here that fills in the page as a person does.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Lava } from '@lavapayments/nodejs';

const gateway = process.env.LAVA_TEST_GATEWAY;
const folder = await mkdtemp(path.join(tmpdir(), 'lava-login-'));
const log = path.join(folder, 'log');
const browser = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
(async () => {
  const page = await fetch(process.argv[2]);
  const html = await page.text();
  const fields = [...html.matchAll(/<input type="hidden" name="(\\w+)" value="([^"]*)">/g)].map((field) => [field[1], field[2]]);
  const action = new URL(/<form method="post" action="([^"]+)">/.exec(html)[1], process.argv[2]);
  const post = (key) => fetch(action, { method: 'POST', redirect: 'manual', body: new URLSearchParams([...fields, ['key', key]]) });
  const wrong = await post('aks_test_wrong');
  const right = await post(process.env.LAVA_TEST_KEY);
  writeFileSync(${JSON.stringify(log)}, JSON.stringify({
    policy: page.headers.get('content-security-policy'), wrong: wrong.status, right: right.status, location: right.headers.get('location'),
  }));
  await fetch(right.headers.get('location'));
})();
`;
await writeFile(path.join(folder, 'xdg-open'), browser);
await chmod(path.join(folder, 'xdg-open'), 0o755);
process.env.PATH = `${folder}:${process.env.PATH}`;

test('Lava.login()', { skip: process.platform !== 'linux' && 'the browser is opened in another way' }, async () => {
  const credentials = await Lava.login({ baseUrl: gateway });
  const seen = JSON.parse(await readFile(log, 'utf8'));
  assert.deepEqual([seen.wrong, seen.right], [401, 303]);
  assert.match(seen.policy, /^default-src 'none'; /);
  assert.match(credentials.secret_key, /^aks_test_/);
  assert.match(credentials.wallet_id, /^wal_/);
  assert.match(credentials.merchant_id, /^mer_/);
  assert.match(credentials.account_id, /^acc_/);
  const lava = new Lava(credentials.secret_key, { baseUrl: `${gateway}/v1/` });
  const { data } = await lava.secretKeys.list();
  assert.match(data.find((key) => key.secret_key_id === credentials.secret_key_id).name, /^Command line, \d{4}-\d\d-\d\d$/);
  assert.equal((await lava.request('GET', 'wallet')).wallet_id, credentials.wallet_id);

  // The code was used up.
  const code = new URL(seen.location).searchParams.get('code');
  await assert.rejects(Lava.exchangeAuthCode({ code, baseUrl: `${gateway}/v1/` }), /^Error: Lava API Error: 401 Unauthorized - The code is unknown/);
});

test('a page for nobody', async () => {
  for (const query of ['', '?state=abc', '?state=abc&port=0', '?state=abc&port=65536', '?state=a%22b&port=80', `?state=${'a'.repeat(129)}&port=80`]) {
    const answer = await fetch(`${gateway}/auth/connect${query}`);
    assert.equal(answer.status, 400, query);
    assert.ok(!(await answer.text()).includes('<form'));
  }

  assert.equal((await fetch(`${gateway}/auth/cli?state=abc&port=80`)).status, 200);
  assert.equal((await fetch(`${gateway}/v1/auth/callback`)).status, 405);
});

after(() => rm(folder, { recursive: true }));
