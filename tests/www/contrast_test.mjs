// contrast_test.mjs - the tokens of www/wick.css: text 4.5, borders of controls and graphs 3, in both themes (WCAG 1.4.3, 1.4.11);
// the dark tokens stand twice in the file (system and button) and must be the same.
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('../../www/wick.css', import.meta.url), 'utf8');
const blocks = [...css.matchAll(/(:root[^{]*)\{([^}]*--bg[^}]*)\}/g)].map(([, name, body]) => ({
  name: name.trim(), token: Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, key, value]) => [key, value])) }));
let passed = 0, failed = 0;
const check = (isTrue, text) => { if (isTrue) passed++; else { failed++; console.log('FAILED ' + text); } };

function luminance(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map(c => c + c) : hex.slice(1).match(/../g);
  const [r, g, b] = digits.map(d => parseInt(d, 16) / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };

const text = [['fg', 'bg'], ['fg', 'card'], ['fg', 'soft'], ['mut', 'bg'], ['mut', 'card'], ['mut', 'soft'], ['acc', 'card'], ['acc', 'bg'], ['acc', 'tint'],
  ['onacc', 'acc'], ['ok', 'card'], ['wrn', 'card'], ['ok', 'okb'], ['wrn', 'wrnb'], ['bad', 'badb'], ['bad', 'card'], ['bg', 'fg']];
const parts = [['ctl', 'card'], ['ctl', 'bg'], ['c1', 'card'], ['c2', 'card'], ['wrn', 'soft'], ['bad', 'soft'], ['c1', 'soft']];
check(blocks.length === 3, `three blocks of tokens, not ${blocks.length}`);
for (const { name, token } of blocks)
  for (const [pairs, least] of [[text, 4.5], [parts, 3]])
    for (const [a, b] of pairs) {
      const is = contrast(token[a], token[b]);
      check(is >= least, `${name}: --${a} on --${b} has ${is.toFixed(2)}, needs ${least}`);
    }
check(JSON.stringify(blocks[1]?.token) === JSON.stringify(blocks[2]?.token), 'the two blocks of dark tokens differ');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
