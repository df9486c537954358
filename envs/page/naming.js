// Naming: a unique, hierarchical name for everything that can be acted on, made of the names of
// the containers around it and its own words. Ordinals are counted among equals within their
// container, in reading order. Knows nothing of layout.

const ROLE_WORDS = { tabbable: 'area', textbox: 'text_field', searchbox: 'search_field', spinbutton: 'number_field', link: 'link',
  combobox: 'choice', menuitem: 'menu_item', menuitemcheckbox: 'menu_item', menuitemradio: 'menu_item', treeitem: 'item' };

const DEEPEST = 8; // containers in a name: nobody reads further, and cost must stay linear

// Fill in `label`, `part` and `name` of all records; `prefix` is the name of the frame around. Returns
// the names as they travel, by `rec.index`: [index of the container or -1, own part], or [-2, name].
function nameAll(recs, prefix, rules) {
  const home = recs[0];
  home.depth = 0;
  home.name = prefix;
  home.scope = home;
  const plan = new Map(); // container record to the records named directly in it
  for (const rec of recs) {
    const scope = rec.up ? (rec.up.contains ? rec.up : rec.up.scope) : home;
    rec.scope = scope || home;
    if (rec === home) continue;
    if (rec.role) {
      rec.label ||= veil(widgetLabel(rec));
      rec.part = widgetPart(rec, rec.scope);
      rec.contains = (rec.tag === 'select' || rec.acts > 1) && rec.scope.depth < DEEPEST;
    } else {
      const label = veil(containerLabel(rec));
      const part = label && slug(label);
      if (!part || (part === rec.scope.part && rec.scope !== home && rec.tag !== 'iframe')) continue;
      rec.label = label;
      rec.part = part;
      // What is in a frame is named in a document of its own, where a name of the frame keeps it apart.
      rec.contains = rec.scope.depth < DEEPEST || rec.tag === 'iframe';
      if (!rec.contains) continue;
    }
    rec.depth = rec.scope.depth + 1;
    const members = plan.get(rec.scope);
    if (members) members.push(rec);
    else plan.set(rec.scope, [rec]);
  }
  return spread(home, plan, rules);
}

// Give the names, containers before what they hold.
function spread(home, plan, rules) {
  const used = new Set();
  const table = [];
  const queue = [home];
  home.index = -1;
  for (let at = 0; at < queue.length; at++) {
    const scope = queue[at];
    const members = plan.get(scope);
    if (!members) continue;
    const words = new Set(members.map((rec) => rec.part));
    const counts = new Map();
    for (const rec of members) {
      const override = rules?.get(rec.el)?.name;
      const base = override || (scope.name ? scope.name + '.' + rec.part : rec.part);
      const count = (counts.get(base) || 0) + 1;
      counts.set(base, count);
      rec.name = count === 1 && !used.has(base) ? base : numbered(base, rec.part, Math.max(count, 2), counts, words, used);
      used.add(rec.name);
      rec.index = table.length;
      table.push(override ? [-2, rec.name] : [scope.index, scope.name ? rec.name.slice(scope.name.length + 1) : rec.name]);
      if (rec.contains) queue.push(rec);
    }
  }
  return table;
}

// base_2, base_3, ...: the next number that nothing else here is called.
function numbered(base, part, from, counts, words, used) {
  let n = from;
  while (words.has(part + '_' + n) || used.has(base + '_' + n)) n++;
  counts.set(base, n);
  return base + '_' + n;
}

function widgetPart(rec, scope) {
  const own = slug(rec.label);
  if (!own) return besidePart(rec);
  if (!hasLetters(own) && !hasLetters(scope.name || scope.part) && rec.tag !== 'option') return numberPart(rec, own);
  if (!scope.part || scope.tag === 'select' || scope.tag === 'optgroup' || (own !== scope.part && !slug(scope.label).startsWith(own + '_'))) return own;
  if (own !== scope.part) return own;
  if (rec.role === 'link') return rec.size ? (isProductCard(scope) ? 'view_product' : 'view') : 'view_image';
  return isTyped(rec.role) ? own + '_input' : rec.role === 'button' ? own + '_button' : own;
}

// A bare number outside every container: say of what.
function numberPart(rec, own) {
  const hint = slug(numberHint(rec, own));
  return hasLetters(hint) ? (rec.role === 'link' && /^0?$/.test(own) ? hint : clip(hint, PART_LIMIT) + '_' + own) : own;
}

// Nothing names it: say what it stands beside.
function besidePart(rec) {
  const role = ROLE_WORDS[rec.role] || rec.role;
  const beside = slug(besideText(rec));
  return hasLetters(beside) ? beside + '_' + role : role;
}
