// fake.js - runs in the page, before wick.js: a WebSocket and a fetch that the test drives. Plain script, no module.
//   fake.send(message)  from the server          fake.sent   what the page sent, parsed         fake.sockets   all that were opened
(() => {
  const fake = window.fake = { sent: [], sockets: [], fetched: [], tree: window.tree, refuse: false };
  window.WebSocket = class {
    constructor(url, protocol) {
      Object.assign(this, { url: String(url), protocol, isOpen: !fake.refuse });
      fake.sockets.push(this);
      if (fake.refuse) setTimeout(() => this.onclose && this.onclose({}), 0);
    }
    send(text) { if (!this.isOpen) throw new Error('closed'); fake.sent.push(JSON.parse(text)); }
    close() { this.isOpen = false; }
    drop() { this.isOpen = false; this.onclose({}); }
  };
  fake.socket = () => fake.sockets[fake.sockets.length - 1];
  fake.send = message => fake.socket().onmessage({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  window.fetch = (url, options) => {
    fake.fetched.push([String(url), options]);
    return String(url).includes('/tree/') && fake.tree
      ? Promise.resolve({ ok: true, json: () => Promise.resolve(JSON.parse(JSON.stringify(fake.tree))) })
      : fake.answer ? fake.answer(String(url), options) : Promise.reject(new Error('no network'));
  };
  // What a page shows: its HTML without the marks, and with texts joined, as a parser would give it.
  fake.shape = node => {
    if (node.nodeType === 3) return node.data;
    if (node.nodeType === 8 && (node.data === '' || node.data === '/')) return '';
    if (node.nodeType !== 1) return node.nodeType === 11 ? [...node.childNodes].map(fake.shape).join('') : `<!--${node.data}-->`;
    if (node.hasAttribute('data-own')) return '';
    const attrs = [...node.attributes].map(a => ` ${a.name}=${JSON.stringify(a.value)}`).sort();
    return `\x01${node.namespaceURI.slice(-3)}:${node.localName}${attrs.join('')}\x02${[...node.childNodes].map(fake.shape).join('')}\x03`;
  };
  fake.parse = html => {
    const box = document.createElement('template');
    box.innerHTML = html;
    return fake.shape(box.content);
  };
  fake.shown = () => [...document.querySelector('[data-wick]').childNodes].map(fake.shape).join('');
})();
