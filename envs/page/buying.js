// Buying: whether what a control says of itself is that it places an order. Judges words alone, all
// that a control has, in whatever letters they are written; in doubt it buys. Knows nothing of layout.

const FEW_WORDS = 9; // words: longer is a sentence, in which talk about orders proves nothing
const CLAUSE = /[.:;!?…|/()[\]—–。！？、]+|\s-\s|,\s/u;
const SENTENCE = 20; // words: longer is no advertisement
const NEAR_BY = 3; // words between what is done and the order it is done to
const QUESTION = /[?？؟;]\s*$/;
const LONGEST_TEXT = 4000;

// "Pay 12,50 €" and "Buy now for $9" are "pay" and "buy now for".
const PRICES = new RegExp(PRICE.source, 'giu');
const bare = (label) => label.replace(PRICES, ' ').replace(/[\p{Sc}\p{N}]+[.,’' \p{N}\p{Sc}]*/gu, ' ');

const verdicts = { press: new Map(), link: new Map(), choice: new Map() }; // by text

// Whether a text says that pressing it places an order or moves money.
// `how`: 'press' of a button, 'link', or 'choice' of a box, a tab, an option.
function saysBuying(text, how) {
  const known = verdicts[how];
  let verdict = known.get(text);
  if (verdict === undefined) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, (verdict = judgeBuying(clip(text, LONGEST_TEXT), how)));
  }
  return verdict;
}

function judgeBuying(text, how) {
  if (!text) return false;
  const shown = visibleForms(text);
  if (!mayMean(shown) || isOrderNumber(shown)) return false;
  const priced = bare(shown);
  const hasSum = PRICED_ANYWHERE.test(shown);
  const ways = [...readings(priced), ...(shown === priced ? [] : readings(shown).slice(1))];
  if (ways.some((said) => saysOrder(said, shown, how, hasSum))) return true;
  const [whole] = readings(shown);
  if (whole !== plain(priced) && lexicon('buy').is(whole)) return how !== 'choice';
  return lexicon('buy').isIn(backwards(whole), 2);
}

const DEEDS = ['buy', 'payVerb', 'placing', 'wallet', 'buying', 'binding'];
let deeds = null; // every word without which nothing of all this can be said
let deedStems = null; // how those begin that are known by their beginnings

function learnDeeds() {
  deeds = new Set();
  deedStems = new Set();
  const fillers = lexicon('orderFiller').phrases;
  for (const kind of DEEDS) {
    const { phrases, openings, compact, stems } = lexicon(kind);
    for (const phrase of [...phrases, ...openings]) {
      const said = phrase.split(' ');
      const telling = said.filter((word) => !fillers.has(word));
      for (const word of telling.length ? telling : said) deeds.add(word);
    }
    for (const word of compact) deeds.add(word);
    for (const key of stems.keys()) deedStems.add(key);
  }
  for (const word of WITH_SUM) deeds.add(word);
}

// Whether a text has any word that can be of an order; most have none.
function mayMean(shown) {
  if (SPACELESS.test(shown) || STRANGE.test(shown) || SPELLED.test(shown)) return true;
  if (deeds === null) learnDeeds();
  return wordsOf(shown).split(' ').some((word) => deeds.has(word) || deedStems.has(word.slice(0, STEM)) || deeds.has(backwards(word)));
}

function saysOrder(said, text, how, hasSum) {
  if (!said || isNumbered(said, text)) return false;
  const count = said.split(' ').length;
  if (isTalkJoined(said) || LOGIN_FIRST.test(said) || (how === 'link' && lexicon('wallet').phrases.has(said))) return false;
  if (how !== 'choice' && lexicon('buy').is(said)) return true;
  if (speaksOf('binding', said)) return !QUESTION.test(text);
  if (lexicon('cart').is(said) || lexicon('filter').is(said) || MULTIBUY.test(text)) return false;
  if (lexicon('orderTalk').isIn(said) && count <= FEW_WORDS) return false;
  if (QUESTION.test(text) && lexicon('asking').isIn(said)) return false;
  if (how === 'link' && count > 5 && count < SENTENCE && lexicon('promotion').isIn(said)) return false;
  if (lexicon('later').isIn(said) && count <= FEW_WORDS && !usesWallet(said, how)) return false;
  if (how === 'choice') return isPlaced(said) || chosenToBuy(said);
  if (usesWallet(said, how) || isPlaced(said) || buysSoMuch(said)) return true;
  if ((!isLongJoined(said) && lexicon('buy').isIn(said, 2)) || isCommand(said, hasSum)) return true;
  if (count < 5 && !isLongJoined(said)) return false;
  const clauses = bare(text).split(CLAUSE).map(plain).filter(Boolean);
  return (how === 'link' ? clauses.slice(-1) : clauses).some((part) => isClause(part, hasSum));
}

// In scripts without spaces, a text in which such words are bound to stand somewhere.
const isLongJoined = (said) => SPACELESS.test(said) && said.length > JOINED_SENTENCE;
const JOINED_SENTENCE = 40;
const LOGIN_FIRST = /^(?:sign in|log in|login|anmelden|einloggen|se connecter|connectez vous|connexion|iniciar sesion|accedi|entrar|inloggen|log ind|logga in|logg inn|zaloguj sie|prihlasit se) (?:to|um|zum|pour|para|per|om|for|att|aby|by)\b/;

const MULTIBUY = /\p{N}\s+(?:for|fur|für|pour|por|per|za|voor)\s+\p{N}/iu; // "3 for 2"

const speaksOf = (kind, said) => lexicon(kind).isIn(said);

// "Order 1042", "Bestellung Nr. 7" and "Order #1045, 20 EUR" are called by their number: orders of the past.
function isOrderNumber(label) {
  const found = NUMBERED.exec(label.normalize('NFKC'));
  return found !== null && saysOnly('order', found[1]) && (found[2] !== undefined || found[3].length > 2) && !LETTER.test(bare(found[4]));
}

const NUMBERED = /^\s*(\p{L}[\p{L}\p{M}]*)\s*(#|№|n[°ºo]\.?|nr\.?|num(?:ber|mer|ero)?\.?|id)?[\s:.]*(\p{Nd}[\p{Nd}-]*)(?!\p{L})([^]*)$/iu;

// "Order 1042" is the name of one, "Order 2 items" is not.
const isNumbered = (said, text) => said.split(' ').length < 4 && lexicon('orderNoun').isIn(said) &&
  !PRICED_ANYWHERE.test(text) && /(?:[#№]|\p{L}[\s:.]*)\s?[\p{L}-]{0,4}\p{N}[\p{N}-]{2,}\s*$/u.test(text);
const PRICED_ANYWHERE = new RegExp(PRICE.source, 'iu');

// A long text may end or begin with what it is all about.
const isClause = (said, hasSum) => said !== '' && (lexicon('buy').is(said) || isCommand(said, hasSum) || isPlaced(said)) &&
  !(isTalkJoined(said) || lexicon('orderTalk').isIn(said) || lexicon('later').isIn(said));

// "Place your whole order": what is done, and near it the order.
function isPlaced(said) {
  if (SPACELESS.test(said)) return isPlacedJoined(said);
  const words = said.split(' ');
  for (let at = 0; at < words.length; at++) {
    if (!lexicon('placing').is(words[at])) continue;
    for (let n = Math.max(0, at - NEAR_BY - 1); n <= Math.min(words.length - 1, at + NEAR_BY + 1); n++)
      if (n !== at && lexicon('orderNoun').is(words[n]) && words[n] !== words[at]) return true;
  }
  return false;
}

const JOINED_LONGEST = 16; // letters of a saying in scripts without spaces

function isPlacedJoined(said) {
  const text = said.replace(/ /g, '');
  return text.length <= JOINED_LONGEST && joinedIn('placingJoined', text) && joinedIn('orderNounJoined', text) && !isTalkJoined(text);
}

const joinedIn = (kind, text) => lexicon(kind).spacelessIn(text) !== null;
const isTalkJoined = (said) => SPACELESS.test(said) && joinedIn('orderTalkJoined', said);

// All words are of buying, one of them the deed: "tap to pay the balance".
function isCommand(said, hasSum) {
  const words = said.split(' ');
  let deed = false;
  for (let at = 0; at < words.length; ) {
    const [kind, length] = wordKind(words, at, hasSum);
    if (!kind) return false;
    deed ||= kind === 'deed';
    at += length;
  }
  return deed && (words.length > 1 || hasSum || !ALSO_NOUN.has(said));
}

const ALSO_NOUN = new Set(['order', 'donate', 'donar', 'spenden', 'doneren', 'kop', 'koop', 'kob', 'compra', 'mua', 'pesan', 'place', 'ost', 'plata', 'kjop']);
const WITH_SUM = new Set(['donate', 'transfer', 'rent', 'subscribe', 'charge', 'send', 'tip', 'bid', 'top', 'deposit', 'recharge']);

// What the longest phrase from word `at` on is, and how many words it has.
function wordKind(words, at, hasSum) {
  for (let n = Math.min(3, words.length - at); n > 0; n--) {
    const phrase = words.slice(at, at + n).join(' ');
    if (lexicon('payVerb').phrases.has(phrase) || (n === 1 && hasSum && WITH_SUM.has(phrase))) return ['deed', n];
    if (lexicon('orderFiller').phrases.has(phrase) || lexicon('amount').is(phrase) || lexicon('wallet').phrases.has(phrase) || (n === 1 && isOrderly(phrase))) return ['filler', n];
  }
  return ['', 0];
}

const isOrderly = (word) => lexicon('orderNoun').phrases.has(word) || lexicon('placing').phrases.has(word);

// "Buy (2 items)", "Pay total".
function buysSoMuch(said) {
  const [verb, ...rest] = said.split(' ');
  return rest.length > 0 && lexicon('buying').is(verb) && rest.every((word) => lexicon('amount').is(word));
}

// "PayPal", "Check out with PayPal", "Pay later with Klarna"; not "log in with Amazon".
function usesWallet(said, how) {
  if (how === 'choice' || !lexicon('wallet').isIn(said)) return false;
  const words = said.split(' ');
  let used = false;
  let named = false;
  for (let at = 0; at < words.length; ) {
    let length = 0;
    for (let n = Math.min(3, words.length - at); n > 0 && !length; n--) {
      const phrase = words.slice(at, at + n).join(' ');
      if (lexicon('wallet').phrases.has(phrase)) [length, named] = [n, true];
      else if (lexicon('walletUse').phrases.has(phrase)) [length, used] = [n, true];
    }
    if (!length) return SPACELESS.test(said) && joinedIn('wallet', said) && !isTalkJoined(said);
    at += length;
  }
  return named && (used || how === 'press');
}

// Of boxes and tabs only what leaves no doubt: which way to pay is chosen there, too.
function chosenToBuy(said) {
  return CHOSEN_NOW.test(said) || lexicon('buy').isIn(said.replace(/^(?:i agree|yes)(?: and)? /, ''), 3) && !/^(?:pay|buy) (?:with|by|using|and)\b/.test(said);
}

const CHOSEN_NOW = /\b(?:buy|order|pay|purchase) now\b|\bjetzt (?:kaufen|bestellen|bezahlen)\b|\b(?:acheter|payer|commander) maintenant\b|\b(?:comprar|pagar) ahora\b|\b(?:acquista|paga|ordina) ora\b|\b(?:kup|zaplac) teraz\b|\bnu (?:kopen|betalen|bestellen)\b/;

// Of an identifier only what leaves no doubt: "place_order".
const identifierBuys = (said) => said.includes(' ') && !lexicon('orderTalk').isIn(said) && !lexicon('cart').isIn(said) && !lexicon('filter').isIn(said) &&
  (lexicon('buy').isIn(said, 2) || isPlaced(said));
