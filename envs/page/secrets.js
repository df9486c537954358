// Secrets: which fields hold a password or payment data, so that nobody reads them.
// Errs on the side of secrecy. Knows nothing of how a page is shown.

const SECRET_FILLS = /(?:^|\s)(?:cc-\S+|current-password|new-password|one-time-code)(?:\s|$)/;
const DIGITS_ONLY = /^[\d\s-]+$/;

// Card numbers: 13 to 19 digits whose Luhn sum (ISO/IEC 7812-1, annex B) ends in 0.
function looksLikeCard(value) {
  if (!DIGITS_ONLY.test(value)) return false;
  const digits = value.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

const spaced = (identifier) => identifier.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');

const known = new WeakSet(); // once a password field, always one: "show password" changes the type

// Whether the value of field `el` must stay unread.
function isSecret(el) {
  if (known.has(el)) return true;
  const secret = el.type === 'password' || SECRET_FILLS.test((attr(el, 'autocomplete') || '').toLowerCase()) ||
    describesSecret(el) || looksLikeCard(String(el.value ?? ''));
  if (secret) known.add(el);
  return secret;
}

const idText = (el, id) => rootNode(el).getElementById?.(id)?.textContent ?? '';

function describesSecret(el) {
  const identifiers = [attr(el, 'name'), el.id, attr(el, 'data-testid')];
  const words = ['aria-label', 'placeholder', 'title'].map((name) => attr(el, name));
  for (const label of el.labels || []) words.push(textContent(label));
  for (const id of (attr(el, 'aria-labelledby') || '').split(/\s+/))
    if (id) words.push(idText(el, id));
  return identifiers.some((text) => text && says('secret', spaced(text))) ||
    words.some((text) => text && says('secret', text));
}
