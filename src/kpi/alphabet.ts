/** The order of the Vietnamese alphabet, spelt out here so that no database and no language library decides it. */

/** Letters in their order; a mark on a vowel makes another letter, a tone does not. */
const LETTERS = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
/** Tones as combining marks, in the order level, huyền, hỏi, ngã, sắc, nặng. */
const TONES = ['\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];

/**
 * Compares two names: by letters, then by tones, then by code units, so that only equal texts are equal.
 * Spaces and punctuation come before digits, digits before letters; case makes no difference at first.
 */
export function compareVietnamese(a: string, b: string): number {
  const [first, second] = [keyOf(a), keyOf(b)];
  return (
    compareLists(first.letters, second.letters) ||
    compareLists(first.tones, second.tones) ||
    (a < b ? -1 : a > b ? 1 : 0)
  );
}

interface Key {
  letters: number[];
  tones: number[];
}

const keys = new Map<string, Key>();

/** The weights of a text, kept, since the same few hundred names are sorted again and again. */
function keyOf(text: string): Key {
  const there = keys.get(text);
  if (there) return there;
  const key: Key = { letters: [], tones: [] };
  // Decomposed, tones stand apart; the marks of ă, â, ê, ô, ơ, ư are put back onto their vowels.
  const apart = text.toLowerCase().normalize('NFD');
  for (const character of apart.replace(TONE, '').normalize('NFC')) {
    const letter = LETTERS.indexOf(character);
    key.letters.push(letter < 0 ? (character.codePointAt(0) ?? 0) : 0x110000 + letter);
  }
  for (const character of apart) {
    const tone = TONES.indexOf(character);
    if (tone >= 0) key.tones[key.tones.length - 1] = tone + 1;
    else if (!/\p{M}/u.test(character)) key.tones.push(0);
  }
  if (keys.size < 10_000) keys.set(text, key);
  return key;
}
const TONE = new RegExp(`[${TONES.join('')}]`, 'g');

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
