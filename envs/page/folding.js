// Folding: how a text reads to a person, whatever characters it is written with. Full-width and
// styled letters become plain ones, characters nobody sees go, and letters that look like others are
// read as those. For comparing with word lists only. Knows no words.

// Letters that look like Latin ones, as they are written (an upper-case В looks like B).
const LATIN_LOOKS = {
  a: 'аαａɑᴀⲁаꭺ4@', b: 'вβʙʙƄᖯ8', c: 'сϲⅽᴄⲥꮯ¢', d: 'ԁⅾᴅꭰ', e: 'еεᴇⲉєꭼ3€', f: 'ꞙſꜰϝ', g: 'ɡɢԍցᶃ9', h: 'нһηʜհꮋ', i: 'іιıɪⅰӏⲓⵏ',
  j: 'јϳᴊյ', k: 'кκᴋⲕꮶ', l: 'ⅼʟӀꮮ1|', m: 'мμᴍⲙⅿꮇ', n: 'пνɴոռⲛ', o: 'оοσօᴏⲟჿ०0', p: 'рρᴘⲣꮲ', q: 'ԛգզ', r: 'гʀⲅꮁꮢ', s: 'ѕꜱⲋ5$ꮪ',
  t: 'тτᴛⲧꭲ7', u: 'υսᴜцʋ', v: 'ѵᴠⅴꮩ', w: 'ԝωᴡաꮃш', x: 'хχⅹⲭ', y: 'уγуʏүⲩყ', z: 'ᴢζꮓ2',
};
const latinOf = new Map();
for (const [latin, looks] of Object.entries(LATIN_LOOKS)) for (const look of looks) latinOf.set(look, latin);
// The other way: Latin letters that stand in Cyrillic and Greek words.
const twins = (latin, other) => new Map([...latin].map((letter, i) => [letter, [...other][i]]));
const CYRILLIC_OF = twins('aebkmhopctyxisj', '\u0430\u0435\u0432\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0455\u0458');
const GREEK_OF = twins('abezhikmnoptyx', '\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7');

const CYRILLIC = /\p{Script=Cyrillic}/u;
const GREEK = /\p{Script=Greek}/u;
const STRANGE = /[^\p{Script=Latin}\p{P}\p{S}\p{N}\p{M}\s]|[ʀʙɢʜɪʟɴᴀ-ᴢꜰꜱʏ\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]|\p{L}[0-9@$€|]\p{L}|(?<![\p{L}\p{N}])[0@$€]\p{L}{2}/u;
const SPELLED = /(?:^|[^\p{L}\p{N}])(?:\p{L}[^\p{L}\p{N}]+){2,}\p{L}(?![\p{L}\p{N}])/u;
const SINGLES = /(?<![\p{L}\p{N}])\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}(?![\p{L}\p{N}])){2,}/gu;
const JOINED_LEAST = 3; // letters that are a word though each stands alone
const FOLDED = 4000; // characters of a text that are read: longer is no label

// Letters in squares and flags, which have no plain forms of their own.
const unboxed = (text) => text.replace(/[\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu, (letter) => {
  const code = letter.codePointAt(0);
  return String.fromCharCode(97 + (code < 0x1f1e6 ? code - 0x1f170 : code - 0x1f1e6));
});

// Plain characters: composed and styled forms undone, what nobody sees left out.
const ASCII = /^[\x20-\x7e]*$/;
const visibleForms = (text) => (ASCII.test(text) ? clip(text, FOLDED) : unboxed(clip(text, FOLDED).normalize('NFKC').replace(/[\p{Cf}\p{DI}]/gu, '')));

// Lower-case words without accents, with single spaces.
const plain = (text) => wordsOf(visibleForms(text));
const wordsOf = (text) => fold(text).replace(/[^\p{L}\p{N}\p{M}&]+/gu, ' ').trim();

// One word with the letters of other scripts read as those of its own.
function inOneScript(word) {
  if (!LETTER.test(word)) return word;
  const letters = [...word];
  const read = (map) => letters.map((letter) => map.get(letter) ?? letter).join('');
  const own = (script) => letters.some((letter) => script.test(letter) && !latinOf.has(letter));
  if (own(CYRILLIC)) return read(CYRILLIC_OF);
  if (own(GREEK)) return read(GREEK_OF);
  return read(latinOf);
}

// "p l a c e" is a word; what stands between two such runs is not known, so all are one.
const joined = (text) => text.replace(SINGLES, (run) => {
  const letters = run.replace(/[^\p{L}]+/gu, '');
  return letters.length >= JOINED_LEAST ? letters : run;
});

// All ways in which a person may read `text`, as `plain` makes them; the plain one first.
function readings(text) {
  const shown = visibleForms(text);
  const first = wordsOf(shown);
  const ways = [first];
  if (STRANGE.test(shown)) {
    const lower = shown.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
    ways.push(wordsOf(lower.split(/(\s+)/).map(inOneScript).join('')));
  }
  for (const way of [...ways]) if (SPELLED.test(way)) ways.push(joined(way));
  return [...new Set(ways)];
}

// The same from the last letter to the first: how it reads when its direction is overridden.
const backwards = (said) => [...said].reverse().join('');

const readingsKnown = new Map();

function readingsOnce(text) {
  let made = readingsKnown.get(text);
  if (made === undefined) {
    if (readingsKnown.size >= REMEMBERED) readingsKnown.clear();
    readingsKnown.set(text, (made = readings(text)));
  }
  return made;
}
