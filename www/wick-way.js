/* wick-way.js - how wick.js reaches the device when WebSocket cannot be had: server-sent events, else polls; actions by POST.
 *
 * Loaded by wick.js when it is needed. A browser opens six connections to a server, for all of its tabs together. So only
 * STREAM_TABS tabs may keep one for a stream or for a poll that waits; the others ask every PEEK_MS for what is new, and
 * connections stay free for actions and pages. Tabs find each other by a BroadcastChannel; without it each is alone.
 */
(() => {
'use strict';
const STREAM_TABS = 2, PEEK_MS = 3000, ASK_MS = 100;
const { url, heard, lost, connect } = document.wick, tab = Math.random();
let tabs, isHolder, isAsking, holders;

try {
  tabs = new BroadcastChannel('wick');
  tabs.onmessage = ({ data: [what, who] }) => {
    // of those who ask at the same time the one with the lowest number goes first
    if (what === 'ask' && (isHolder || isAsking && tab < who)) tabs.postMessage(['here', who]);
    if (what === 'here' && who === tab) holders++;
  };
} catch (_) {
  // forbidden
}

/* What is not answered is said by wick.js after a while, whatever the reason. */
const post = body => fetch(url(), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  .then(res => res.text()).then(text => document.documentElement.dataset.live === 'lost' || heard(text)).catch(() => {});

/** Begin. way 1: a stream, 2: polls; mine(fn): fn while this connection is the present one. @return the link that wick.js uses. */
document.wick.open = (way, mine) => {
  let source;
  const end = () => { if (source) source.close(); };
  holders = 0;
  isAsking = true;
  if (tabs) tabs.postMessage(['ask', tab]);
  setTimeout(mine(() => {
    isAsking = false;
    isHolder = holders < STREAM_TABS;
    // a poll is a stream that ends after its first messages, or empty after a while; then comes the next
    const isPoll = way > 1 || !isHolder;
    let isOpen;
    source = new EventSource(url(isPoll ? 'poll' : 1));
    if (!isHolder) setTimeout(mine(connect), PEEK_MS);
    source.onopen = mine(() => {
      isOpen = isPoll;
      if (isHolder) return;
      heard();
      // what is new comes at once; only the first message may take its time
      setTimeout(end, document.documentElement.dataset.live === 'live' ? 300 : 4000);
    });
    source.onmessage = mine(({ data }) => heard(data));
    source.onerror = mine(() => {
      if (!isOpen) return lost();
      if (isHolder) connect();
      else end();
    });
  }), tabs ? ASK_MS : 0);
  return {
    isPost: true,
    send: post,
    close() {
      isHolder = isAsking = false;
      end();
    },
  };
};
})();
