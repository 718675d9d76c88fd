// link.js - the connection: WebSocket, else what wick-way.js knows (server-sent events, polls). What is heard, silence, loss, the next
// try.
import { doc, root, now, tell } from './dom.js';
import { statics } from './kinds.js';
import { page, epoch, seq, own, deviceAt, receive, begin } from './messages.js';
import { pending, fail } from './actions.js';
import { faults, guarded, on } from './fault.js';

const base = doc.currentScript.src;
export let link, isLive;
let way = 0, misses = 0, tries = 0, hasSocket;
let life = 0, isStale, deadline, retry, retryAt;
let heardAt = now(), heardDate;

export function url(stream) {
  const to = new URL(location), query = to.searchParams;
  to.hash = '';
  query.set('v', root.dataset.wick);
  if (page) query.set('e', epoch), query.set('n', seq), query.set('p', own);
  if (stream) query.set('stream', stream);
  return to;
}
export function connect() {
  quit();
  if (way && !doc.wick.open) return import(new URL('wick-way.js', base)).then(connect, lost);
  const me = life, mine = fn => arg => me === life && fn(arg);
  deadline = setTimeout(lost, 8000);
  if (!statics.nodes) fetch(new URL(`tree/${root.dataset.wickTree}.json`, base)).then(res => res.json()).then(begin).catch(mine(lost));
  try {
    link = way ? doc.wick.open(way, mine) : socket(mine);
  } catch (_) {
    lost();
  }
}
function socket(mine) {
  const to = url();
  to.protocol = to.protocol.replace('http', 'ws');
  const ws = new WebSocket(to, 'wick.1');
  ws.onmessage = mine(({ data }) => { hasSocket = true; heard(data); });
  ws.onclose = mine(lost);
  return ws;
}
export function heard(text) {
  heardAt = now();
  heardDate = Date.now();
  clearTimeout(deadline);
  if (!isLive || isStale) {
    isLive = true;
    isStale = false;
    misses = tries = 0;
    state();
  }
  if (text) guarded(receive)(text);
}
/** Not live any more, or a try has failed. All ways are tried before the next pause; where WebSocket has worked it is the only one. */
export function lost() {
  if (isLive) way = misses = 0;
  else if (++misses > 1 && !hasSocket) way = (way + 1) % 3;
  quit();
  isLive = isStale = false;
  pending.forEach((one, by) => fail(by));
  const wait = way ? 99 : Math.min(8000, 500 * 2 ** tries++) * (1 + Math.random()) / 2;
  retryAt = now() + wait;
  if (faults < 2) retry = setTimeout(connect, wait);
  state();
}
function quit() {
  life++;
  clearTimeout(retry);
  clearTimeout(deadline);
  link?.close();
  link = null;
}

/** The server says something every 2 s. After 5 s of silence values are stale, and 4 s later the connection is lost. By two clocks:
 *  one stands still while the machine sleeps, the other may be set. */
function listen() {
  const quiet = Math.max(now() - heardAt, Date.now() - heardDate);
  if (!isLive || isStale || quiet < 5000) return;
  isStale = true;
  deadline = setTimeout(lost, 4000);
  state();
}
function wake() {
  listen();
  if (!isLive && !doc.hidden && !link) again();
}
function again() {
  if (faults > 1) return location.reload();
  tries = 0;
  connect();
}

/** live: values are the device's; frozen: the reader has paused them; stale: nothing is heard; lost: no connection. */
export function state() {
  doc.documentElement.dataset.live = !isLive ? 'lost' : isStale ? 'stale' : root.querySelector('[data-paused]') ? 'frozen' : 'live';
  tell('state', { heardAt, deviceAt, retryAt, faults });
}

export function startLink() {
  setInterval(guarded(listen), 1000);
  on('online', wake, window);
  on('pageshow', wake, window);
  on('visibilitychange', wake);
  on('wick:connect', again);
  on('pagehide', () => {
    quit();
    isLive = false;
  }, window);
  connect();
}
