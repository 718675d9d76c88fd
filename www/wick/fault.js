// fault.js - a message or a page that does not fit is reported once and answered by a snapshot, from which the page is made anew. If
// that does not fit either, nothing more is tried and the reader is told. A minute without a fault makes all good.
import { doc, findRoot, now } from './dom.js';
import { lost } from './link.js';
import { forgetPage } from './messages.js';

export let faults = 0;
let faultAt;

export function fault(err) {
  if (now() - faultAt > 60000) faults = 0;
  if (!faults++) console.error('wick:', err);
  faultAt = now();
  findRoot();
  forgetPage();
  lost();
}
export const guarded = fn => arg => {
  try {
    fn(arg);
  } catch (err) {
    fault(err);
  }
};
export const on = (name, fn, target = doc) => target.addEventListener(name, guarded(fn));
