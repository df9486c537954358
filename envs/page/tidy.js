// Tidying the walk's records: what turned out empty goes, pictures that stand for words get them.

const SHORT = 24; // characters of a price, a size, a number of something
const ICON = 6; // pixels: a smaller picture is decoration

// Drop what turned out empty, from the leaves up; keep what can be acted on and can be seen.
function prune(recs) {
  for (let i = recs.length - 1; i > 0; i--) settle(recs[i]); // long loops in one call are slow: they begin before they are compiled
  return recs.filter((rec) => !rec.gone);
}

function settle(rec) {
  keepShown(rec);
  readDrawn(rec);
  if (!rec.worded) readPicture(rec);
  if (!rec.shown && !rec.words && firstChild(rec.el) !== null && showsPicture(rec)) rec.alt = unreadText(rec.el);
  if (rec.role && !rec.seen && !rec.shown) rec.role = '';
  rec.gone = !rec.role && !rec.shown && !rec.alt && !rec.words && rec.tag !== 'br' && !(REPLACED.has(rec.tag) && rec.seen) && !((rec.bare || hears) && isPressedBare(rec));
  if ((rec.role || rec.holdsRole || listens(rec.el)) && !rec.gone) rec.up.holdsRole = true;
}

const DIGIT = /\p{Nd}/u;
const WORDED = /[\p{L}\p{N}]/u;

// A space in an element of its own parts what stands around it.
const holdsSpace = (rec) => rec.visible && rec.kids.some((kid) => typeof kid === 'string' && kid !== '');

// Take what is gone out of its kids; whether anything is left to see, and to read.
function keepShown(rec) {
  const kids = rec.kids;
  let live = 0;
  for (const kid of kids) {
    if (typeof kid === 'string') {
      if (kid.trim() !== '') readString(rec, kid);
    } else if (kid.gone) {
      if (kid.stars) rec.layer = kid;
      if (kid.bare || kid.icons) (rec.icons ??= []).push(kid);
      if (!kid.block && holdsSpace(kid)) kids[live++] = ' ';
      continue;
    }
    else {
      rec.shown = true;
      rec.worded ||= kid.worded;
      rec.starry ||= kid.starry;
    }
    kids[live++] = kid;
  }
  kids.length = live;
}

function readString(rec, text) {
  rec.shown = true;
  if (!rec.worded) rec.worded = WORDED.test(text);
  if (!rec.worded && STARS.test(text)) rec.starry = true;
  if (text.length < SHORT && !rec.numbered) rec.numbered = DIGIT.test(text);
}

// What is drawn without words may say something all the same.
function readPicture(rec) {
  if (rec.tag === 'img' || rec.tag === 'svg') {
    rec.worded = slug(pictureText(rec)) !== '';
    return;
  }
  if (rec.role || rec.drawn || rec.place === null || REPLACED.has(rec.tag)) return;
  rec.words = pictureWords(rec);
  if (!rec.words && (rec.starry || saysRating(rec))) {
    rec.stars = ownStars(rec);
    rec.words = starWords(rec);
  } else if (!rec.words && (rec.icons !== null || rec.kids.length >= FEW)) rec.words = rowWords(rec);
  if (rec.words) rec.kids = [];
}

// What is pressed although it says nothing: it listens and is drawn, or it is an empty box over which
// the pointer becomes a hand where nothing around it can be pressed.
const isPressedBare = (rec) => rec.seen && (listens(rec.el) ? isDrawn(rec) : rec.bare && rec.owner === null && isPointed(rec));

// Whether something is drawn where `rec` is, although nothing in it can be read.
const isDrawn = (rec) => rec.bare || rec.icons !== null || rec.alt !== '' || rec.words !== '' || rec.tag === 'img' || rec.el instanceof SVGElement;

// Asks for the style first: most have no picture, and layout costs more.
function showsPicture(rec) {
  const place = rec.place;
  if (REPLACED.has(rec.tag)) return false;
  const { backgroundImage, maskImage } = place.style;
  if (backgroundImage === 'none' && (maskImage === 'none' || maskImage === '')) return false;
  return rec.seen && place.width >= ICON && place.height >= ICON;
}

// Text that a picture was laid over: rendered, but clipped, indented or transparent.
function unreadText(el) {
  return childCount(el) > 3 ? '' : clip(squeeze(renderedText(el)), 120);
}
