// hello_test.mjs - the second application of the engine in a browser.     HELLO=build/x86_64/hello node tests/e2e/hello_test.mjs
import assert from 'node:assert/strict';
import { need } from '../need.mjs';
import { browser, program, suite } from './program.mjs';

const { AxeBuilder } = need('@axe-core/playwright');
const hello = await program(process.env.HELLO ?? 'build/x86_64/hello');
const chromium = await browser();
const { test, end } = suite();
const open = async options => {
  const page = await (await chromium.newContext(options)).newPage();
  await page.goto(hello.url);
  if (options?.javaScriptEnabled !== false) await page.waitForFunction(() => document.documentElement.dataset.live === 'live');
  return page;
};
const textSoon = (page, css, text) => page.waitForFunction(([css, text]) => document.querySelector(css)?.textContent.includes(text), [css, text]);

await test('a value that moves', async () => {
  const page = await open(), before = await page.textContent('p');
  await page.waitForFunction(before => document.querySelector('p').textContent !== before, before);
});

await test('the switch and the name are the same in every tab, with and without script', async () => {
  const [one, two, plain] = [await open(), await open(), await open({ javaScriptEnabled: false })];
  await one.click('[role=switch]');
  for (const page of [one, two]) await page.waitForSelector('[role=switch][aria-checked=true]');
  await plain.click('[role=switch]');
  for (const page of [one, two, plain]) await page.waitForSelector('[role=switch][aria-checked=false]');
  await plain.fill('#name', 'Plain 1');
  await plain.click('form:has(#name) button');
  await textSoon(one, 'h1', 'Plain 1');
  await two.fill('#name', 'Script 2');
  await two.keyboard.press('Enter');
  await textSoon(one, 'h1', 'Script 2');
  await hello.kill();
  await hello.start();
  for (const page of [one, two]) {
    await page.waitForFunction(() => document.documentElement.dataset.live === 'live');
    await textSoon(page, 'h1', 'Script 2');
  }
});

await test('a bad name is refused by the server in its own words', async () => {
  const page = await open();
  await page.fill('#name', 'no <tags>');
  await page.evaluate(() => { document.querySelector('#name').form.noValidate = true; });
  await page.keyboard.press('Enter');
  await textSoon(page, '.err', 'Use letters, digits and spaces.');
  assert.equal(await page.inputValue('#name'), 'no <tags>');
});

await test('accessible', async () => {
  const page = await open();
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes[0].html}`), []);
  await page.setViewportSize({ width: 320, height: 600 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
});

await chromium.close();
await hello.stop();
end();
