// Text: what a person reads of a string, and how a string becomes one part of a name.
// Knows nothing of elements.

const SPACE = /[\s\u0000-\u001f\u007f-\u009f]+/g;
// Characters nobody sees: zero-width spaces, soft hyphens, direction marks and overrides, tags.
// Joiners stay in text, because they change how scripts and emoji look.
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\u{e0000}|[\u{e0020}-\u{e007f}]/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const LETTER = /\p{L}/u;
const WORDY = /\p{L}[^]*?\p{L}|[\u2e80-\u9fff\uac00-\ud7af]/u; // two letters, or one that is a word
const PART_LIMIT = 60; // characters of a name's part, cut at a word boundary
const WORD_LIMIT = 100; // a single word longer than this is cut where it has to be
const REMEMBERED = 5000; // slugs kept per document: labels repeat between observations

const squeeze = (text) => veil(text.replace(UNSEEN, '').replace(SPACE, ' ').trim());

const clip = (text, limit) => (text.length > limit ? text.slice(0, limit) : text);

const normal = (text) => text.normalize('NFKC').replace(/\p{DI}/gu, '').toLowerCase();

const slugs = new Map();

// One part of a name: the words of `text` in lower case joined by "_"; '' when it has none.
function slug(text) {
  let made = slugs.get(text);
  if (made === undefined) {
    made = makeSlug(text);
    if (slugs.size >= REMEMBERED) slugs.clear();
    slugs.set(text, made);
  }
  return made;
}

function makeSlug(text) {
  // Twice, because lower case of a composed character may be a sequence that composes again.
  const words = normal(normal(clip(text, 400))).match(WORD);
  if (!words) return '';
  let part = '';
  for (const word of words) {
    const longer = part ? part + '_' + word : word;
    if (longer.length > PART_LIMIT) return part || cutWord(word);
    part = longer;
  }
  return part;
}

// A "word" longer than a part is usually a sentence in a script without spaces.
function cutWord(word) {
  let kept = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(word)) {
    if (kept && kept.length + segment.length > PART_LIMIT) return kept;
    kept += segment;
  }
  return [...kept.slice(0, WORD_LIMIT).toWellFormed()].filter((c) => c !== '\ufffd').join('');
}

const hasLetters = (text) => LETTER.test(text);

// Whether a person would call this a label rather than a number or a symbol.
const isWordy = (text) => WORDY.test(text);

const escapeText = (text) =>
  /[&<]/.test(text) ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;') : text;

const escapeAttribute = (text) =>
  /[&"<]/.test(text)
    ? text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
    : text;

// For comparing with word lists: no accents on Latin, Greek and Cyrillic letters, lower case.
const fold = (text) =>
  text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC').toLowerCase()
    .replace(/[łøđıßæœðþ]/g, (letter) => PLAIN_LETTERS[letter]);

const PLAIN_LETTERS = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th' };

const CURRENCY = '(?:\\p{Sc}|(?<!\\p{L})(?:eur|usd|gbp|chf|kr|sek|nok|dkk|pln|zł|zl|czk|kč|kc|ft|huf|lei|ron|руб|р|rub|грн|uah|тг|' +
  'tl|try|rs|inr|kn|hrk|din|rsd|лв|bgn|sar|aed|ر\\.س|د\\.إ|元|円|원|krw|jpy|cny|đ|vnd|rp|idr|rm|myr|r)(?!\\p{L}))';
const AMOUNT = "\\p{Nd}[\\p{Nd}.,’'\\u00a0 ]*";
const PRICE = new RegExp(`${CURRENCY}\\.?\\s?${AMOUNT}|${AMOUNT}(?:,-|,–)?\\s?${CURRENCY}`, 'iu');

const hasPrice = (text) => text.length < 60 && /\p{Nd}/u.test(text) && PRICE.test(text);
