// The veil: what stands in secret fields, and what was typed as a secret before, is not told where the
// page shows it again: in its texts, titles, names and addresses. Lies over one look at a time.

const VEILED = '[secret]';
const VEIL_LEAST = 3; // letters of a secret that is looked for
const VEIL_LOOSE = 6; // letters of one that is looked for within words, too
const FIELDS_ASKED = 300;

let veiled = null; // what the look at hand must not tell, as one expression

const veil = (text) => (veiled === null ? text : text.replace(veiled, VEILED));

const escapedPattern = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

// The ways in which a secret may stand in a text: digits in groups, too.
function spellings(secret) {
  const exact = escapedPattern(secret).replace(/\s+/g, '\\s+');
  const ways = [exact];
  const digits = secret.replace(/[\s.\-–—]/g, '');
  if (/^\d{8,}$/.test(digits)) ways.push([...digits].join('[\\s.\\u200b–—-]{0,2}'));
  if (encodeURIComponent(secret) !== secret) ways.push(escapedPattern(encodeURIComponent(secret)), escapedPattern(encodeURIComponent(secret).replace(/%20/g, '+')));
  return ways.map((way) => (secret.length >= VEIL_LOOSE ? way : `(?<![\\p{L}\\p{N}])(?:${way})(?![\\p{L}\\p{N}])`));
}

// Lay it for a look, over the secrets in the document's fields and over those told.
function layVeil(told) {
  const secrets = [...told, ...secretsHeld()].map((text) => text.trim()).filter((text) => [...text].length >= VEIL_LEAST && !MASKED.test(text));
  const ways = [...new Set(secrets)].sort((a, b) => b.length - a.length).flatMap(spellings);
  veiled = ways.length ? new RegExp(ways.join('|'), 'giu') : null;
}

function secretsHeld() {
  const held = [];
  let asked = 0;
  for (const root of [document, ...fieldRoots]) {
    for (const el of root.querySelectorAll('input,textarea,[contenteditable]')) {
      if (asked >= FIELDS_ASKED) return held;
      if (NO_TEXT.test(el.type || '')) continue;
      const text = fieldText(el);
      if (text.trim().length < VEIL_LEAST) continue;
      asked++;
      if (isSecret(el)) held.push(text);
    }
  }
  return held;
}

const fieldRoots = new Set(); // shadow trees met by looks

function watchFields(root) {
  if (fieldRoots.has(root)) return;
  fieldRoots.add(root);
  disguises.observe(root, DISGUISES);
}
