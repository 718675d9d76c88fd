// minimal.mjs - does an update say more than it must? In what it mentions, only; that it says enough shows in the page.

const isObject = v => typeof v === 'object' && v !== null && !Array.isArray(v);
const isUsable = key => typeof key === 'string' && key !== '' && !key.includes('\ufffd');

// Wire wick: what in message changes nothing on page (a WickPage, before the message). '' or the first such thing.
export function wickWaste(page, message) {
  return message.x ? '' : nodeWaste(page, page.root, message.t);
}

function nodeWaste(page, node, changes) {
  for (const [key, value] of Object.entries(changes)) {
    const old = node.slots[key], kind = page.nodes[node.id].slots[key];
    let waste = '';
    if (typeof value === 'string') waste = old === value ? 'the text is the same' : '';
    else if (value === null) waste = old === null ? 'there was no branch before' : '';
    else if (isObject(value) && !('l' in value)) waste = nodeWaste(page, old, value);
    else if (isObject(value)) waste = listWaste(page, old, page.fresh(node.id, Number(key), value), kind);
    else if (Array.isArray(value[0])) waste = editWaste(page, old, value, kind);
    else waste = old !== null && old.id === value[0] ? 'the branch is the same' : '';
    if (waste) return `slot ${key}: ${waste}`;
  }
  return Object.keys(changes).length === 0 && node !== page.root ? 'a node without changes' : '';
}

function listWaste(page, old, now, [, , keySlot]) {
  if (JSON.stringify(old) === JSON.stringify(now)) return 'the list is the same';
  const was = keysOf(old, keySlot), is = keysOf(now, keySlot);
  return was && is && is.some(key => was.includes(key)) ? 'the list is sent whole although rows stay' : '';
}

// The keys of all rows, if rows can be told apart by them.
function keysOf(list, keySlot) {
  const keys = keySlot < 0 ? [] : list.rows.map(row => row[keySlot]);
  return keys.length > 0 && keys.every(isUsable) && new Set(keys).size === keys.length ? keys : null;
}

function editWaste(page, list, ops, [, row, keySlot]) {
  const was = list.rows.map(slots => slots[keySlot]);
  let is = [...was], moves = 0;
  const put = (after, ...keys) => is.splice(after === null ? 0 : is.indexOf(after) + 1, 0, ...keys);
  for (const [name, key, ...rest] of ops) {
    if (name === '-') is = is.filter(other => other !== key && !rest.includes(other));
    if (name === '+') put(key, ...rest.map(slots => slots[keySlot]));
    if (name === '>') is.splice(is.indexOf(key), 1), put(rest[0], key), moves++;
    if (name === '=') {
      const waste = nodeWaste(page, { id: row, slots: list.rows[was.indexOf(key)] }, rest[0]);
      if (waste) return `row ${key}: ${waste}`;
    }
  }
  const dropped = new Set(ops.flatMap(([name, ...keys]) => name === '-' ? keys : []));
  if (is.some(key => dropped.has(key))) return 'a row is taken out and put in again';
  const needed = stays(is.filter(key => was.includes(key)).map(key => was.indexOf(key)));
  return moves > needed ? `${moves} rows are moved, ${needed} need it` : '';
}

// How many of these must move, so that all ascend: those outside of a longest ascending subsequence.
function stays(places) {
  const best = [];
  for (const place of places) {
    const at = best.findIndex(other => other > place);
    best[at < 0 ? best.length : at] = place;
  }
  return places.length - best.length;
}

// Wire livetemplate: statics that the client has at that very place already.
// known: Map, kept from frame to frame.
export function repeatedStatics(known, tree, isSnapshot, path = '') {
  const s = JSON.stringify(tree.s);
  let waste = tree.s !== undefined && known.get(path) === s && !isSnapshot ? `statics at ${path || 'the root'} are there already` : '';
  if (tree.s !== undefined) forget(known, path), known.set(path, s);
  for (const key of Object.keys(tree).filter(key => /^\d+$/.test(key))) {
    const value = tree[key], below = `${path}/${key}`;
    if (isObject(value)) waste = repeatedStatics(known, value, isSnapshot, below) || waste;
    else if (!Array.isArray(value)) forget(known, below);
  }
  return waste;
}

function forget(known, path) {
  for (const other of known.keys()) if (other === path || other.startsWith(path + '/')) known.delete(other);
}
