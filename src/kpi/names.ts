/** How a name that an office typed is compared with a known one. */

/**
 * The form in which names and headings are compared: composed, lower case, without tone and vowel
 * marks, Đ and its look-alike Ð as d, everything but letters and digits a single space. Since marks
 * fall away, `Hoà Bình`, `Hòa Bình`, `HOA BINH` are one; no two agencies in force on one day share a form.
 */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[đð]/g, 'd')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The form in which units are compared; a name without letters or digits stands for itself. */
export function foldUnit(name: string): string {
  return foldName(name) || name.trim();
}
