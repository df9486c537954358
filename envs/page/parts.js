// Parts: what stands inside a control or a picture without boxes of its own, the options of a select and
// the areas of an image map.

// Whether an option is in its list for people, too: shops hide sizes that are not to be had.
function isOffered(option) {
  if (getComputedStyle(option).display === 'none') return false;
  const around = parentElement(option);
  return localName(around) !== 'optgroup' || getComputedStyle(around).display !== 'none';
}

function readOptions(rec, recs) {
  if (!rec.seen) return;
  const groups = new Map(); // optgroup to its record
  for (const option of rec.el.options) {
    if (option.hidden || !isOffered(option)) continue;
    const around = parentElement(option);
    const up = localName(around) === 'optgroup' ? optionGroup(around, rec, groups, recs) : rec;
    const made = new Rec(option, 'option', up, rec.place);
    made.known = true;
    made.role = 'option';
    made.owner = rec;
    made.kids.push(option.label || option.text);
    up.kids.push(made);
    recs.push(made);
  }
}

function optionGroup(el, rec, groups, recs) {
  let made = groups.get(el);
  if (made) return made;
  groups.set(el, (made = new Rec(el, 'optgroup', rec, rec.place)));
  made.known = true;
  made.group = 'group';
  made.owner = rec;
  rec.kids.push(made);
  recs.push(made);
  return made;
}

// The parts of a picture that lead somewhere, as things beside it.
function readAreas(rec, recs) {
  if (!rec.seen) return;
  const map = mapOf(rec.el);
  if (!map) return;
  for (const area of findAll(map, 'area[href]')) {
    const made = new Rec(area, 'area', rec.up, new Place(area, rec.place.style, 'inline', rec.place.up, rec.place.sight));
    Object.assign(made.place, areaBox(area, rec.el), { measured: true });
    made.known = !isTiny(made.place);
    made.role = made.known ? 'link' : '';
    made.owner = rec.owner;
    rec.up.kids.push(made);
    recs.push(made);
  }
}

const mapOf = (img) => page.find(`map[name="${CSS.escape((attr(img, 'usemap') || '').replace(/^#/, ''))}"]`);

// The box around the points of an area, in the viewport's coordinates: coordinates are pixels of the picture's content.
function areaBox(area, img) {
  const { left, top, width, height } = rectOf(img);
  const at = (attr(area, 'coords') || '').split(/[\s,;]+/).map(Number);
  const shape = (attr(area, 'shape') || 'rect').toLowerCase();
  if (shape === 'circle' || shape === 'circ') at.splice(0, 3, at[0] - at[2], at[1] - at[2], at[0] + at[2], at[1] + at[2]);
  const across = shape === 'default' ? [0, width] : at.filter((_, i) => i % 2 === 0);
  const down = shape === 'default' ? [0, height] : at.filter((_, i) => i % 2 === 1);
  const box = { left: left + Math.min(...across), top: top + Math.min(...down), right: left + Math.max(...across), bottom: top + Math.max(...down) };
  return { ...box, width: box.right - box.left, height: box.bottom - box.top };
}
