// Sayings: all the texts by which a control says what it does, seen or only told: its label, its
// text, pictures and style, its title, and what its author calls it. Asks the element alone, so it
// can be asked at any time. Knows nothing of what they mean.

const SPEAKING = 'img[alt],[aria-label],[title],svg title,input[type=button],input[type=submit]';
const PICTURES_ASKED = 8;

// `whole`: also its text and what is drawn in it.
function sayings(el, whole) {
  const tag = localName(el);
  const spoken = attr(el, 'aria-label');
  const found = [hasAttr(el, 'aria-labelledby') ? declaredLabel(el) : '', attribute(el, 'title'), attribute(el, 'alt'), spoken ? squeeze(spoken) : ''];
  if (tag === 'input' && !/^(?:text|search|checkbox|radio|email|tel|password|number)$/.test(el.type)) found.push(buttonInputLabel(el));
  if (tag !== 'a') for (const label of el.labels || []) found.push(squeeze(clip(textContent(label), LONGEST_TEXT)));
  if (tag.includes('-')) found.push(tag.replace(/-/g, ' '));
  if (whole) found.push(...shownTexts(el));
  return found.filter(Boolean);
}

// Its text with the words of its pictures, and with those that style adds.
function shownTexts(el) {
  const text = squeeze(clip(textContent(el), LONGEST_TEXT));
  const told = childCount(el) ? [...findAll(el, SPEAKING)].slice(0, PICTURES_ASKED).map(toldBy).filter(Boolean) : [];
  const drawn = text.length < LINE ? styleTexts(el) : [];
  const texts = [text, ...told];
  if (told.length && text.length < LINE) texts.push(`${text} ${told.join(' ')}`);
  if (drawn.some(Boolean)) texts.push(`${drawn[0]}${text}${drawn[1]}`, ...drawn);
  return texts;
}

const toldBy = (el) => (localName(el) === 'title' ? squeeze(textContent(el)) : attribute(el, 'alt') || attribute(el, 'aria-label') || attribute(el, 'title') || squeeze(el.value || ''));

const unadorned = new Map(); // class and tag to how many of them style adds nothing to

// What style adds before and after an element and the only element in it. Of elements with the same
// classes a few are asked.
function styleTexts(el) {
  const key = `${localName(el)}.${attr(el, 'class') || ''}`;
  const mute = hasAttr(el, 'style') ? 0 : unadorned.get(key) || 0;
  if (mute >= SAMPLE) return [];
  const texts = ['::before', '::after'].map((side) => drawnText(getComputedStyle(el, side), el, side));
  if (!texts.some(Boolean)) {
    if (unadorned.size >= REMEMBERED) unadorned.clear();
    unadorned.set(key, mute + 1);
  }
  return texts;
}

// Whether what its author calls it, by name or identifier, says that it orders.
const identifiersBuy = (el) => ['name', 'id', 'value', ...IDS].some((name) => {
  const called = attr(el, name);
  return Boolean(called) && called.length < 60 && identifierBuys(plainOnce(spaced(called)));
});
