// Secrets: which fields hold a password, a code or payment data, so that nobody reads them. Goes by
// everything a field is called and by what it holds; errs on the side of secrecy. What was secret
// once stays so, also when the page shows it or puts another field in its place.

const SECRET_FILLS = /(?:^|\s)(?:cc-\S+|current-password|new-password|one-time-code|webauthn)(?:\s|$)/;
const NO_TEXT = /^(?:button|submit|reset|image|checkbox|radio|range|color|file|hidden)$/;
const MASKED = /^[\s\-–—/.]*(?:[•●∙·⬤⚫◦○◯∗＊*✱█▪■][\s\-–—/.]*){3,}[\p{Nd}\s]{0,6}$/u;
const CARD_SHAPE = /^\s*(?:[0-9x#*_•●]{4,6}[\s.–—-]*){2,4}[0-9x#*_•●]{1,6}\s*$/iu; // \"1234 1234 1234 1234\"
const DATE_SHAPE = /^\s*(?:(?:m\s?m|м\s?м|__|月)\s*[/.\-–|\s]\s*(?:y{2,4}|j{2,4}|a{2,4}|v{2}|å{2,4}|г{2,4}|р{2,4}|n{2,4}|__|年|εε)|(?:0[1-9]|1[0-2])\s*\/\s*\d{2}(?:\d{2})?|年\s*[/]\s*月)\s*$/iu; // \"MM/YY\"
const MASK_FONT = /text-?security|password|dotsfont|bullets?font|discs?font/i;
const BOXES_LEAST = 4; // boxes of as many letters each that make a code or a card number
const BOX_LETTERS = 6;
const BOX = 'input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button])';
const SHAPES = ['placeholder', 'data-mask', 'data-inputmask', 'data-format', 'data-pattern', 'mask'];

const known = new WeakSet(); // once secret, always
const gone = new Set(); // what fields were called that were secret when the page took them away

// Whether the value of field `el` must stay unread.
function isSecret(el) {
  if (known.has(el)) return true;
  const tag = localName(el);
  if (tag === 'input' && NO_TEXT.test(el.type)) return false;
  const secret = isDeclared(el) || isMasked(el) || holdsSecret(el) || isCalledSecret(el) || isCodeBox(el) || replacesSecret(el);
  if (secret) known.add(el);
  return secret;
}

const isDeclared = (el) => el.type === 'password' || SECRET_FILLS.test((attr(el, 'autocomplete') || '').toLowerCase()) ||
  SECRET_FILLS.test((attr(el, 'x-autocompletetype') || '').toLowerCase());

// Drawn so that nobody can read it, by the browser or by the page.
function isMasked(el) {
  const style = getComputedStyle(el);
  if (!/^(?:none|)$/.test(style.webkitTextSecurity || '') || MASK_FONT.test(style.fontFamily)) return true;
  return MASKED.test(fieldText(el)) || SHAPES.some((name) => isSecretShape(attr(el, name)));
}

const isSecretShape = (shape) => Boolean(shape) && (MASKED.test(shape) || DATE_SHAPE.test(shape) || (CARD_SHAPE.test(shape) && shape.replace(/[^0-9x#*_•●]/giu, '').length >= 12));

const fieldText = (el) => (typeof el.value === 'string' ? el.value : localName(el) === 'select' ? '' : clip(textContent(el), 1000));

// A card number, in it or over the boxes beside it.
function holdsSecret(el) {
  const text = fieldText(el);
  if (looksLikeCard(text)) return true;
  if (!/^[\p{Nd}\s-]{1,8}$/u.test(text)) return false;
  const boxes = siblingBoxes(el);
  return boxes.length > 1 && boxes.length <= CARD_MOST && holdsCard(boxes.map(fieldText).join(' '));
}

// The fields of the smallest box around `el` that holds some.
function siblingBoxes(el) {
  for (let at = outwards(el), level = 0; at && level < 4; at = outwards(at), level++) {
    const boxes = findAll(at, BOX);
    if (boxes.length > 1) return boxes.length > 30 ? [] : [...boxes];
  }
  return [];
}

// One of a row of boxes for the letters of a code or the groups of a number.
function isCodeBox(el) {
  const { maxLength } = el;
  if (localName(el) !== 'input' || !(maxLength >= 1 && maxLength <= BOX_LETTERS)) return false;
  return siblingBoxes(el).filter((box) => box.maxLength === maxLength).length >= BOXES_LEAST;
}

function isCalledSecret(el) {
  const given = givenNames(el);
  const identifiers = identifierNames(el);
  if (el.type === 'search' || el.type === 'email' || attr(el, 'role') === 'searchbox') return false;
  if (given.some(saysSecret) || identifiers.some(identifiesSecret)) return !given.some(isForAll) && !identifiers.some(isForAll);
  if (stylesSecret(el)) return true;
  if (isShortNumber(el) && [...given, ...identifiers].some(saysCode)) return true;
  if (given.some(saysPlain) || identifiers.some(saysPlain)) return false;
  return nearNames(el).some((text) => saysSecret(text) && !isForAll(text));
}

// Whether a text names a secret.
function saysSecret(text) {
  return readingsOnce(clip(text, NEAR_TEXT)).some((said) => {
    if (!said) return false;
    const hit = lexicon('secret').isIn(said) || lexicon('secretWords').isIn(said) || holdsStem(said) || isSecretCode(said) || isCardPart(said);
    return hit && !isPlainSaying(said);
  }) || isSecretShape(text.trim());
}

const identifiesSecret = (text) => saysSecret(text) || lexicon('secretIdentifiers').isIn(plainOnce(text));

// "Pass the parcel" is none; a code for a discount or a parcel neither.
const isPlainSaying = (said) => lexicon('plainFields').phrases.has(said);
const saysPlain = (text) => text !== '' && plainWordsIn(plainOnce(clip(text, NEAR_TEXT)));
const plainWordsIn = (said) => lexicon('plainFields').isIn(said);
// A few digits and no more, as codes have that are sent to somebody.
const isShortNumber = (el) => localName(el) === 'input' && el.maxLength >= 3 && el.maxLength <= 8 &&
  (/^(?:number|tel)$/.test(el.type) || /^(?:numeric|decimal|tel)$/.test(attr(el, 'inputmode') || '') || /^\^?(?:\\d|\[0-9\])/.test(attr(el, 'pattern') || ''));
const saysCode = (text) => {
  const said = plainOnce(clip(text, NEAR_TEXT));
  return lexicon('codeWords').isIn(said) && !lexicon('plainCodes').isIn(said);
};

// Of a discount, or of the place that a parcel goes to (a "pincode" in India).
const isForAll = (text) => FOR_ALL.test(plainOnce(clip(text, NEAR_TEXT)));
const FOR_ALL = /\b(?:coupon|promo|promotion|discount|voucher|gutschein|rabatt|postal|postcode|zip|deliver|delivery|delivers|shipping)/;
const stylesSecret = (el) => /(?:^|[-_\s])(?:cvv|cvc|otp|iban|passwor|passwd|card-?num|cc-?num|cardnum)/i.test(attr(el, 'class') || '');

let stems = null;

function holdsStem(said) {
  stems ??= new RegExp(WORDS.secretStems.split('|').map((stem) => plainOnce(stem)).filter(Boolean).join('|'), 'u');
  return stems.test(said) || stems.test(said.replace(/([aou])e/g, '$1')) || (SPACELESS.test(said) && lexicon('secretJoined').spacelessIn(said) !== null);
}

// "The code we sent to your phone": a code, and what it is for.
const isSecretCode = (said) => lexicon('codeWords').isIn(said) && lexicon('codeFor').isIn(said) && !lexicon('plainCodes').isIn(said);
const isCardPart = (said) => ALONE.test(said) || (lexicon('cardWords').isIn(said) && lexicon('cardParts').isIn(said));

const ALONE = /^(?:card|cards|pass|so the|cc|credit|debit)$/; // words that say it where nothing else is said

// ---- fields that the page changes or takes away

function namesOf(el) {
  const names = [];
  for (const name of ['name', 'id', 'aria-label', 'placeholder']) {
    const value = attr(el, name);
    if (value) names.push(`${name}=${value}`);
  }
  return names;
}

const replacesSecret = (el) => gone.size > 0 && namesOf(el).some((name) => gone.has(name));

const wasSecret = (el) => known.has(el) || el.type === 'password';

function remember(el) {
  known.add(el);
  for (const name of namesOf(el)) gone.add(name);
}

const disguises = new MutationObserver((changes) => {
  for (const { target, type, oldValue, removedNodes } of changes) {
    if (type === 'attributes' && String(oldValue).toLowerCase() === 'password') known.add(target);
    for (const node of removedNodes) {
      if (nodeType(node) !== 1) continue;
      if (localName(node) === 'input') {
        if (wasSecret(node)) remember(node);
      } else if (firstChild(node) !== null) for (const input of tagsIn(node, 'input')) if (wasSecret(input)) remember(input);
    }
  }
});
const DISGUISES = { subtree: true, childList: true, attributes: true, attributeFilter: ['type'], attributeOldValue: true };

disguises.observe(document, DISGUISES);
