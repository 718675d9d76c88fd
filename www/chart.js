/* chart.js - one cursor over all charts of a page: time and values under the pointer, by keyboard, by touch.
 *
 *   section.hist[data-end="Unix time of the newest point"][data-every="seconds between points"]
 *     .cr  b = its name;  .plot > svg > svg[data-step][data-kind][data-names="a b"] > path:not(.a)
 *
 * A path's coordinates are its values: x counts points, y is minus the value in steps of data-step. Paths with class l2 are the second
 * series. Nothing here is needed for a page to be right; without script there is no cursor.
 */
(() => {
'use strict';
const POINTS = 60, hist = document.querySelector('.hist');
if (!hist) return;
const own = (tag, name) => {
  const node = document.createElement(tag);
  node.className = name;
  node.dataset.own = '';
  return node;
};

/** The values of a path by point; holes where nothing was measured. */
function values(path) {
  const at = [];
  for (const [, x, y, rest] of (path.getAttribute('d') || '').matchAll(/M(\d+) ?(-?\d+)(?:l([^Mh]*)|h0)?/g)) {
    let sum = +y, i = +x;
    at[i] = -sum;
    const steps = (rest || '').match(/-?\d+/g) || [];
    for (let n = 1; n < steps.length; n += 2) at[++i] = -(sum += +steps[n]);
  }
  return at;
}
const rate = (kilo, unit) => {
  const power = kilo >= 1e6 ? 2 : kilo >= 1e3 ? 1 : 0, value = kilo / 1000 ** power;
  return (power && value < 100 ? value.toFixed(1) : Math.floor(value)) + ' ' + 'kMG'[power] + unit;
};
const show = (value, kind) => kind === '%' ? value + ' %' : kind === '°C' ? (value / 1000).toFixed(1) + ' °C' : rate(value, kind);
const clock = unix => new Date(unix * 1000).toISOString().slice(11, 19);

const box = own('div', 'cur'), input = own('input', ''), line = own('div', 'at');
Object.assign(input, { type: 'range', min: 0, max: POINTS, step: 1, value: POINTS });
input.setAttribute('aria-label', 'Time in the charts');
line.hidden = true;
box.append(input, line);

function texts(point) {
  const all = [...hist.querySelectorAll('.cr')].map(row => {
    const plot = row.querySelector('svg[data-step]'), names = (plot.dataset.names || '').split(' ');
    const [first, second] = [':not(.a):not(.l2)', '.l2'].map(css => plot.querySelector('path' + css)).map(path => path && values(path)[point]);
    const each = [first, second].flatMap((value, i) => value == null ? [] : [(names[i] ? names[i] + ' ' : '') + show(value * plot.dataset.step, plot.dataset.kind)]);
    return [row, each.join(' · ')];
  });
  const ago = (POINTS - point) * hist.dataset.every;
  return [all, +hist.dataset.end ? clock(hist.dataset.end - ago) : ago ? `${ago} s ago` : 'now'];
}
let isShown = false;
function draw() {
  line.hidden = !isShown;
  if (!isShown) return;
  const [all, when] = texts(+input.value), top = box.getBoundingClientRect().top;
  line.style.left = input.value / POINTS * 100 + '%';
  line.classList.toggle('left', input.value > POINTS / 2);
  line.replaceChildren(...all.flatMap(([row, text]) => {
    if (!text) return [];
    const node = document.createElement('span');
    node.textContent = text;
    node.style.top = row.getBoundingClientRect().top - top + 4 + 'px';
    return [node];
  }), Object.assign(document.createElement('span'), { textContent: when }));
  input.setAttribute('aria-valuetext', `${when}: ${all.filter(([, text]) => text).map(([row, text]) => row.querySelector('b').textContent + ' ' + text).join(', ')}`);
}
const reveal = is => { isShown = is; draw(); };
input.addEventListener('input', () => reveal(true));
input.addEventListener('focus', () => reveal(true));
input.addEventListener('blur', () => reveal(false));
box.addEventListener('pointermove', event => {
  const { left, width } = input.getBoundingClientRect();
  input.value = Math.round((event.clientX - left) / width * POINTS);
  reveal(true);
});
box.addEventListener('pointerleave', () => { if (document.activeElement !== input) reveal(false); });
new MutationObserver(() => { if (isShown) draw(); }).observe(hist, { attributeFilter: ['data-end'] });
hist.append(box);
})();
