// wick_apply.mjs - wire wick without a browser: statics file + messages -> the HTML that the page must have.
// The reference for docs/wire-wick.md; strict: whatever the document does not allow throws.
//   const page = new WickPage(JSON.parse(staticsFile)); page.apply(JSON.parse(message)); page.html()

const isObject = v => typeof v === 'object' && v !== null && !Array.isArray(v);
const fail = (why, v) => { throw new Error(why + ': ' + JSON.stringify(v)?.slice(0, 300)); };

// State: text | null | {id, slots} | {list, rows: [slots, ...], otherwise: slots or null}
export class WickPage {
  constructor(tree) {
    this.nodes = tree.nodes.map(([statics, slots]) => ({ statics, slots }));
    this.root = { id: tree.root, slots: null };
  }

  apply(message) {
    if (!isObject(message.t)) fail('no tree', message);
    if (message.x) {
      const count = this.nodes[this.root.id].slots.length;
      this.root.slots = [];
      for (let i = 0; i < count; i++) this.root.slots.push(this.fresh(this.root.id, i, message.t[i]));
      if (Object.keys(message.t).length !== count) fail('snapshot is not whole', message.t);
    } else {
      this.change(this.root, message.t);
    }
  }

  html() { return this.nodeHtml(this.root.id, this.root.slots); }

  nodeHtml(id, slots) {
    const { statics } = this.nodes[id];
    let out = statics[0];
    slots.forEach((value, i) => { out += this.valueHtml(value) + statics[i + 1]; });
    return out;
  }

  valueHtml(value) {
    if (value === null) return '';
    if (typeof value === 'string') return value;
    if (!value.rows) return this.nodeHtml(value.id, value.slots);
    const [, row, , otherwise] = value.list;
    if (value.rows.length > 0) return value.rows.map(slots => this.nodeHtml(row, slots)).join('');
    return value.otherwise ? this.nodeHtml(otherwise, value.otherwise) : '';
  }

  all(id, values) { // every slot of a new node
    if (!Array.isArray(values) || values.length !== this.nodes[id].slots.length) fail('slots of node ' + id, values);
    return values.map((value, i) => this.fresh(id, i, value));
  }

  fresh(id, slot, value) { // a slot that held nothing of ours
    const kind = this.nodes[id].slots[slot];
    if (kind === 3) {
      if (value === null) return null;
      if (!Array.isArray(value) || typeof value[0] !== 'number') fail('no branch', value);
      return { id: value[0], slots: this.all(value[0], value.slice(1)) };
    }
    if (Array.isArray(kind) && kind[0] === 4) {
      if (!isObject(value) || !Array.isArray(value.l)) fail('no list', value);
      if (value.e !== undefined && (value.l.length > 0 || kind[3] < 0)) fail('else node', value);
      return { list: kind, rows: value.l.map(row => this.all(kind[1], row)), otherwise: value.e ? this.all(kind[3], value.e) : null };
    }
    return typeof value === 'string' ? value : fail('no text', value);
  }

  change(node, changes) {
    for (const [key, value] of Object.entries(changes)) {
      const slot = Number(key), old = node.slots[slot];
      if (!(slot < node.slots.length)) fail('no slot ' + key, changes);
      if (Array.isArray(value) && Array.isArray(value[0])) {
        if (!old?.rows?.length) fail('operations without rows', value);
        for (const op of value) this.operate(old, op);
      } else if (isObject(value) && !('l' in value)) {
        if (!old?.slots || Object.keys(value).length === 0) fail('changes without a node', value);
        this.change(old, value);
      } else {
        node.slots[slot] = this.fresh(node.id, slot, value);
      }
    }
  }

  find(list, key) {
    const at = list.rows.map((row, i) => row[list.list[2]] === key ? i : -1).filter(i => i >= 0);
    if (key === '' || at.length !== 1) fail(at.length + ' rows with key', key);
    return at[0];
  }

  after(list, key) { return key === null ? 0 : this.find(list, key) + 1; }

  operate(list, [name, key, ...rest]) {
    if (name === '-') {
      for (const gone of [key, ...rest]) list.rows.splice(this.find(list, gone), 1);
    } else if (name === '+') {
      if (rest.length === 0) fail('no rows', key);
      list.rows.splice(this.after(list, key), 0, ...rest.map(row => this.all(list.list[1], row)));
    } else if (name === '=') {
      this.change({ id: list.list[1], slots: list.rows[this.find(list, key)] }, rest[0]);
    } else if (name === '>') {
      const [row] = list.rows.splice(this.find(list, key), 1);
      list.rows.splice(this.after(list, rest[0]), 0, row);
    } else {
      fail('operation', name);
    }
  }
}
