// Matching labels with word lists: whole labels, or phrases anywhere in them. Works on single words
// and their sequences, so the cost of a label does not grow with the lists. Knows no words itself.

const SPACELESS = /[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]/;
const LONGEST = 6; // words in a phrase
const SUFFIX = 3; // letters that may stand around a phrase in scripts without spaces
const STEM = 3; // letters by which stems are found
const TOGETHER = 6; // letters of a phrase that is known without its spaces, too

class Lexicon {
  constructor(list) {
    this.phrases = new Set();
    this.openings = new Set(); // phrases after which anything may follow
    this.stems = new Map(); // first letters to the stems that begin so
    this.compact = new Set(); // phrases of several words, written together
    const spaceless = [];
    for (const raw of list.normalize('NFKC').split('|')) {
      const phrase = raw.trim();
      if (SPACELESS.test(phrase)) spaceless.push(phrase.replace(/[ *]/g, ''));
      else if (phrase.endsWith(' *')) this.openings.add(phrase.slice(0, -2));
      else if (phrase.endsWith('*')) this.addStem(phrase.slice(0, -1));
      else this.addPhrase(phrase);
    }
    spaceless.sort((a, b) => b.length - a.length);
    this.known = new Map(); // answers given, by text
    this.spaceless = spaceless.length ? new RegExp(spaceless.join('|'), 'u') : null;
  }

  addPhrase(phrase) {
    this.phrases.add(phrase);
    const together = phrase.replace(/ /g, '');
    if (together !== phrase && together.length >= TOGETHER) this.compact.add(together);
  }

  addStem(stem) {
    const key = stem.slice(0, STEM);
    const stems = this.stems.get(key);
    if (stems) stems.push(stem);
    else this.stems.set(key, [stem]);
  }

  // The label is one of the phrases and nothing else.
  is(text) {
    return this.remember(text, () => this.isOne(text));
  }

  isOne(text) {
    return this.phrases.has(text) || this.isStem(text) || this.opens(text) || this.isSpaceless(text);
  }

  // One of the phrases, of `least` words or more, is in the label.
  isIn(text, least = 1) {
    return this.remember(text + '\n' + least, () => this.holdsOne(text, least));
  }

  remember(key, answer) {
    let known = this.known.get(key);
    if (known === undefined) {
      if (this.known.size >= REMEMBERED) this.known.clear();
      this.known.set(key, (known = answer()));
    }
    return known;
  }

  holdsOne(text, least) {
    const found = this.spacelessIn(text);
    if (found && (least === 1 || found[0].length > 2)) return true;
    const words = text.split(' ');
    for (let from = 0; from < words.length; from++) {
      let phrase = words[from];
      if (this.compact.has(phrase)) return true;
      for (let n = 1; ; n++) {
        if (n >= least && (this.phrases.has(phrase) || this.isStem(phrase))) return true;
        if (n >= least && from + n < words.length && this.openings.has(phrase)) return true;
        if (n === LONGEST || from + n >= words.length) break;
        phrase += ' ' + words[from + n];
      }
    }
    return false;
  }

  // One of the phrases, of `least` words or more, begins the label; at most `more` words follow.
  begins(text, least, more) {
    const words = text.split(' ');
    for (let n = Math.max(least, words.length - more); n <= Math.min(words.length, LONGEST); n++)
      if (this.phrases.has(words.slice(0, n).join(' '))) return true;
    return false;
  }

  isStem(text) {
    const stems = this.stems.get(text.slice(0, STEM));
    return stems !== undefined && stems.some((stem) => text.startsWith(stem) && !text.includes(' ', stem.length));
  }

  opens(text) {
    for (let at = text.indexOf(' '); at > 0; at = text.indexOf(' ', at + 1))
      if (this.openings.has(text.slice(0, at))) return true;
    return false;
  }

  spacelessIn(text) {
    return this.spaceless && SPACELESS.test(text) ? text.replace(/ /g, '').match(this.spaceless) : null;
  }

  // A short phrase must be all there is: "buying guide" contains "buy" in these scripts too.
  isSpaceless(text) {
    const found = this.spacelessIn(text);
    return found !== null && text.replace(/ /g, '').length <= found[0].length + (found[0].length > 2 ? SUFFIX : 0);
  }
}

const lexicons = new Map();

function lexicon(kind) {
  if (!lexicons.has(kind)) lexicons.set(kind, new Lexicon(WORDS[kind]));
  return lexicons.get(kind);
}

const plains = new Map();

function plainOnce(text) {
  let made = plains.get(text);
  if (made === undefined) {
    if (plains.size >= REMEMBERED) plains.clear();
    plains.set(text, (made = plain(text)));
  }
  return made;
}

// Whether `text` uses a phrase of `kind`: anywhere in it, or as all it says.
const says = (kind, text) => text !== '' && lexicon(kind).isIn(plainOnce(text));
const saysOnly = (kind, text) => text !== '' && lexicon(kind).is(plainOnce(text));
