// Card and bank numbers, by their check digits: whatever stands between the digits, and in the digits
// of any script. Knows nothing of fields.

const CARD_LEAST = 13;
const CARD_MOST = 19;
const BETWEEN = /[^\p{L}\p{N}]{1,4}/u; // what may stand between two groups of digits
const ZEROS = [...'0٠۰߀०০੦૦୦௦౦೦൦๐໐༠၀០᠐'].map((zero) => zero.codePointAt(0));

// The same with ASCII digits and without characters that nobody sees.
const asciiDigits = (text) => text.normalize('NFKC').replace(/[\p{Cf}\p{DI}]/gu, '').replace(/\p{Nd}/gu, (digit) => {
  const code = digit.codePointAt(0);
  const zero = ZEROS.find((at) => code >= at && code < at + 10);
  return zero === undefined ? digit : String(code - zero);
});

// The Luhn sum (ISO/IEC 7812-1, annex B) ends in 0.
function passesLuhn(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

const isCardNumber = (digits) => digits.length >= CARD_LEAST && digits.length <= CARD_MOST && passesLuhn(digits) && !/^(\d)\1+$/.test(digits);

// Whether somewhere in `text` stands a card number: groups of digits, one after the other.
function holdsCard(text) {
  if (text.length < CARD_LEAST || text.length > 4000) return false;
  const groups = [];
  let last = 0;
  for (const found of asciiDigits(text).matchAll(/\d+/g)) {
    const between = found.input.slice(last, found.index);
    const begins = groups.length === 0 || !new RegExp(`^${BETWEEN.source}$`, 'u').test(between);
    groups.push({ digits: found[0], begins });
    last = found.index + found[0].length;
  }
  for (let from = 0; from < groups.length; from++) {
    let digits = '';
    for (let to = from; to < groups.length && digits.length < CARD_MOST; to++) {
      if (to > from && groups[to].begins) break;
      digits += groups[to].digits;
      if (isCardNumber(digits)) return true;
    }
  }
  return false;
}

// An account number with a country and check digits that are right (ISO 13616).
function holdsIban(text) {
  const compact = asciiDigits(text).replace(/[\s.\-]+/g, '').toUpperCase();
  const found = /(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{11,30}(?![A-Z0-9])/.exec(compact);
  if (!found) return false;
  const turned = found[0].slice(4) + found[0].slice(0, 4);
  let rest = 0;
  for (const sign of turned) rest = Number(`${rest}${parseInt(sign, 36)}`) % 97;
  return rest === 1;
}

const looksLikeCard = (text) => holdsCard(text) || holdsIban(text);
