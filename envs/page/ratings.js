// Pictures that speak: what has a label and shows no words, and stars of which a part is coloured.

const STARS = /^[★☆⭐✭✮✯⚝\ufe0f\s]+$/;
const STAR = /[★☆⭐✭✮✯⚝]/g;
const RATES = /star|rating|rate|review|score|bewert|sterne|etoile|note|valoraci|estrella|punt/i;
const FEW = 3; // stars at least
const MOST = 10;

// What `rec`, which shows no words, says as a picture; '' when it is none or nothing is known.
function pictureWords(rec) {
  const el = rec.el;
  if (!hasAttr(el, 'aria-label') && !hasAttr(el, 'title') && !hasAttr(el, 'role')) return '';
  if (rec.holdsRole || rec.tag === 'iframe' || isRoot(el) || !isSizable(rec)) return '';
  const role = attr(el, 'role');
  const gauge = role === 'meter' || role === 'progressbar' ? gaugeWords(el) : '';
  if (gauge) return gauge;
  if (rec.group !== 'img' && !rec.shown && !isPainted(rec.place.style)) return '';
  const label = declaredLabel(el) || attribute(el, 'title');
  if (slug(label) && (rec.group === 'img' || /\p{N}/u.test(label) || (!rec.shown && hasAttr(el, 'aria-label')))) return clip(label, 120);
  return '';
}

const isSizable = (rec) => rec.seen && rec.place.height >= LEAST && rec.place.width >= LEAST;

function gaugeWords(el) {
  const text = squeeze(attr(el, 'aria-valuetext') || '');
  const now = attr(el, 'aria-valuenow');
  if (!text && !now) return '';
  return squeeze(`${declaredLabel(el)} ${text || (/%/.test(now) ? now : `${now} of ${attr(el, 'aria-valuemax') || 100}`)}`);
}

// How many of its stars `rec` colours, as "4.3 out of 5"; '' when it draws none.
function starWords(rec) {
  const layers = starLayers(rec);
  const full = layers[0];
  if (!full) return rowWords(rec);
  const count = full.stars;
  const front = layers.find((layer) => layer !== full && layer.width <= full.width + 1);
  if (front) return outOf((front.width / full.width) * count, count);
  const share = gradientShare(rec.place.style);
  return share === null ? rowWords(rec) : outOf(share * count, count);
}

const outOf = (value, count) => `${String(Math.round(value * 10) / 10)} out of ${count}`;

// Rows of stars that lie over each other, the widest first: {stars, width in pixels}.
function starLayers(rec) {
  const layers = [];
  if (rec.stars) layers.push({ stars: rec.stars, width: rec.place.measure().width });
  for (const kid of rec.layer ? [...rec.kids, rec.layer] : rec.kids) {
    if (typeof kid === 'string') continue;
    const inner = kid.stars || !kid.kids.length ? kid : kid.kids.find((one) => typeof one !== 'string' && one.stars) ?? kid;
    if (inner.stars && isLaidOver(kid, rec)) layers.push({ stars: inner.stars, width: Math.min(kid.place.measure().width, inner.place.measure().width) });
  }
  return layers.sort((a, b) => b.width - a.width);
}

const isLaidOver = (kid, rec) => Math.abs(kid.place.measure().left - rec.place.measure().left) < 3 && kid.place.top < rec.place.bottom && kid.place.bottom > rec.place.top;

// The share of a row of stars that a hard stop in a gradient colours; null when there is none.
function gradientShare(style) {
  const found = /linear-gradient\((?:90deg|to right), .+? ([\d.]+)%, .+? ([\d.]+)%/.exec(style.backgroundImage);
  if (!found || Math.abs(found[1] - found[2]) > 0.1) return null;
  return found[1] / 100;
}

// The stars that `rec` draws by itself: as text, as words of its style, or as a repeated picture.
function ownStars(rec) {
  let text = '';
  for (const kid of rec.kids) if (typeof kid === 'string') text += kid;
  if (text.trim()) return STARS.test(text) ? bounded(text.match(STAR).length) : 0;
  if ((rec.shown && rec.kids.length > 1) || !saysRating(rec)) return 0;
  if (!isSizable(rec) || rec.place.width < FEW * LEAST) return 0;
  const { backgroundImage, maskImage } = rec.place.style;
  if (/url\(|gradient/.test(maskImage) || /url\(/.test(backgroundImage)) return rec.bare || rec.place.width / rec.place.height > FEW ? 5 : 0;
  const glyphs = contentStrings(getComputedStyle(rec.el, '::before').content)[0].replace(SPACE, '');
  return glyphs && new Set(glyphs).size === 1 ? bounded(glyphs.length) : 0;
}

const bounded = (count) => (count >= FEW && count <= MOST ? count : 0);

function saysRating(rec) {
  for (let at = rec, level = 0; at && level < 3; at = at.up, level++) {
    if (at.rates === null) at.rates = isAboutRating(attr(at.el, 'class'));
    if (at.rates) return true;
  }
  return false;
}

const ratingClasses = new Map(); // a class to whether it speaks of a rating

function isAboutRating(name) {
  if (name === null) return false;
  let known = ratingClasses.get(name);
  if (known === undefined) {
    if (ratingClasses.size >= REMEMBERED) ratingClasses.clear();
    ratingClasses.set(name, (known = RATES.test(name)));
  }
  return known;
}
