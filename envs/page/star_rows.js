// Rows of stars, each a picture or a glyph of its own: how many of them are full is told by their
// colours, their files or their classes.

const HALF = /half|partial|0?[._-]5(?!\d)/i;
const EMPTY = /empty|blank|outline|(?:^|[\s_-])(?:off|o|no|none|inactive|disabled|gr[ae]y|unfilled|regular)(?:$|[\s_.-])/i;
const FULL = /full|filled|solid|active|(?:^|[\s_-])(?:on|yes|checked|selected|gold|yellow)(?:$|[\s_.-])/i;

// How many stars of the row that `rec` is are full, as "4 out of 5"; '' when it is none.
function rowWords(rec) {
  const stars = starsIn(rec);
  if (stars.length < FEW || stars.length > MOST || !(saysRating(rec) || stars.every(isStar))) return '';
  const looks = stars.map(lookOfStar);
  const kinds = [...new Set(looks)];
  if (kinds.length > 3 || !inOrder(looks, kinds)) return '';
  const value = kinds.length === 1 ? allAlike(stars) : fullOnes(stars, looks, kinds);
  return value === null ? '' : outOf(value, stars.length);
}

// The things in a row, when they are of one kind and nothing else is there.
function starsIn(rec) {
  const kids = rec.kids.length ? rec.kids : rec.icons || [];
  if (kids.length < FEW || kids.length > MOST * 2) return [];
  const found = [];
  for (const kid of kids) {
    if (typeof kid === 'string') {
      if (kid.trim()) return [];
      continue;
    }
    let star = kid;
    while (star.kids.length === 1 && typeof star.kids[0] !== 'string' && !star.role) [star] = star.kids;
    if (!star.kids.length && star.icons?.length === 1) [star] = star.icons;
    if (star.role || star.place === null || (star.kids.length && !STARS.test(star.kids.join('')))) return [];
    found.push(star);
  }
  return found.every((one) => one.tag === found[0].tag) ? found : [];
}

const isStar = (star) => (star.kids.length ? true : /star|stern|etoile|estrella/i.test(saidOf(star)));

// What the markup says of one star.
function saidOf(star) {
  const use = star.tag === 'svg' ? find(star.el, 'use') : null;
  const around = parentElement(star.el);
  return [attr(star.el, 'class'), attr(star.el, 'src'), attr(star.el, 'data-icon'), use && (attr(use, 'href') || attr(use, 'xlink:href')), around && childCount(around) === 1 && attr(around, 'class')]
    .filter(Boolean).join(' ');
}

// How one star is drawn.
function lookOfStar(star) {
  if (star.tag === 'img') return attr(star.el, 'src') || '';
  const { color, opacity, backgroundImage, backgroundPosition, backgroundColor, maskImage } = star.place.style;
  if (star.tag !== 'svg') return [color, opacity, backgroundImage, backgroundPosition, backgroundColor, maskImage, star.kids.length ? '' : getComputedStyle(star.el, '::before').content].join('|');
  const shapes = [...findAll(star.el, 'path,polygon,use,rect,circle')].slice(0, 3);
  const drawn = shapes.map((shape) => `${getComputedStyle(shape).fill} ${getComputedStyle(shape).opacity} ${attr(shape, 'href') || attr(shape, 'xlink:href') || ''} ${shapes.length > 1 ? '' : attr(shape, 'd') || ''}`);
  return [opacity, ...drawn, drawn.some((one) => one.includes('currentcolor')) ? color : ''].join('|');
}

// Full ones come first, then at most one half, then empty ones.
function inOrder(looks, kinds) {
  const counts = kinds.map((kind) => looks.filter((look) => look === kind).length);
  if (kinds.length === 3 && counts[1] !== 1) return false;
  return looks.every((look, i) => i === 0 || kinds.indexOf(look) >= kinds.indexOf(looks[i - 1]));
}

function fullOnes(stars, looks, kinds) {
  const full = looks.lastIndexOf(kinds[0]) + 1;
  if (kinds.length === 3) return full + 0.5;
  const rest = stars.slice(full);
  return rest.length === 1 && (HALF.test(saidOf(rest[0])) || /url\(/.test(looks[full].split(' ')[0])) ? full + 0.5 : full;
}

// Stars that are all drawn alike are all full or all empty: by what is said of them, or by a warm colour.
function allAlike(stars) {
  const said = saidOf(stars[0]);
  if (EMPTY.test(said)) return 0;
  if (FULL.test(said) || isWarm(stars[0])) return stars.length;
  return null;
}

function isWarm(star) {
  const shape = star.tag === 'svg' ? find(star.el, 'path,polygon,use') || star.el : star.el;
  const { fill, color } = getComputedStyle(shape);
  const [red, green, blue] = (/\d+, \d+, \d+/.exec(star.tag === 'svg' ? fill : color)?.[0] ?? '').split(', ').map(Number);
  return red > 180 && green > 90 && blue < 0.6 * red && red - blue > 90;
}
