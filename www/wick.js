/* wick.js - the browser's side of wire wick (docs/wire-wick.md). The build joins it with the modules that it imports, and shortens
 * them, with esbuild: one file, one request.
 *
 * The page comes whole from the server and works without this script. With it the page stays live: the statics file tells what
 * the page is made of, the first snapshot tells which parts of it are there, one walk finds the slots; from then on a message
 * touches nothing but the slots that it names. What the reader does (focus, selection, typed text, open details) is never undone.
 *
 *   dom.js       the DOM, also where fields hide its properties      fields.js    what fields show, and whose it is
 *   kinds.js     the statics file as DOM                             actions.js   forms and controls: requests, answers
 *   adopt.js     finds the slots in the page of the server           messages.js  what the server says
 *   patch.js     puts values into slots                              link.js      the connection
 *   fault.js     when something does not fit
 *
 * What people see of it besides (banner, toasts, rules of forms, theme, keys) is in wick-ui.js, by events on the document:
 *   wick:state    {heardAt, deviceAt, retryAt, faults}  after every message. <html data-live> is live, frozen (paused by the reader),
 *                 stale (nothing was heard for 5 s) or lost. heardAt, retryAt: by performance.now(); deviceAt: the device's time of day
 *                 in ms when that was 0, NaN when not known; faults: with 2 there are no further tries, the page must be loaded again
 *   wick:shown    {moved, isRebuilt, isMine, isWhole}  a message was put in; moved: fields with another default; isRebuilt: nodes came
 *                 or went; isMine: it answers an action of this tab; isWhole: a snapshot
 *   wick:submit   on a form, cancelable: before it is sent
 *   wick:answer   {by, ok, errors, retry}  by: the form or control; errors: field -> message, "" for no field;
 *                 retry: a function that sends the same again, there when no answer came
 *   wick:edit     on a field: the reader has edited it
 *   wick:connect  (from outside) try now
 * data-own on an element: a script's, the server's page is not compared with it. Everything else is the template's.
 */
import { doc, root } from './wick/dom.js';
import { mine, waiting, isField, stateOf, setState, defaultOf, touch, fit, follow } from './wick/fields.js';
import { startActions } from './wick/actions.js';
import { url, heard, lost, connect, startLink } from './wick/link.js';

// for wick-ui.js, wick-way.js
if (root) {
  doc.wick = { mine, waiting, isField, stateOf, setState, defaultOf, touch, fit, follow, url, heard, lost, connect };
  startActions();
  startLink();
}
