/** The order of Vietnamese names, against the rules of the alphabet and against a language library. */
import { describe, expect, it } from '@jest/globals';
import { compareVietnamese } from '../../src/kpi/alphabet.ts';
import { REAL } from './country.ts';

const sorted = (...names: string[]): string[] => names.sort(compareVietnamese);

describe('Vietnamese names', () => {
  it('follow the letters: a ă â, d đ, e ê, o ô ơ, u ư', () => {
    expect(sorted('Ưu', 'Đa', 'Âm', 'Da', 'Ôn', 'Ăn', 'Êm', 'An', 'Ơn', 'Em', 'On', 'Un')).toEqual([
      ...['An', 'Ăn', 'Âm', 'Da', 'Đa', 'Em', 'Êm', 'On', 'Ôn', 'Ơn', 'Un', 'Ưu'],
    ]);
  });

  it('follow the tones only where all letters are the same', () => {
    expect(sorted('mạ', 'má', 'mã', 'mả', 'mà', 'ma', 'mát')).toEqual([
      'ma',
      'mà',
      'mả',
      'mã',
      'má',
      'mạ',
      'mát',
    ]);
  });

  it('are the same however they are composed, and words end before longer ones', () => {
    expect(compareVietnamese('Huế'.normalize('NFD'), 'Hué')).toBeGreaterThan(0);
    expect(sorted('Hà Nội', 'Hải Phòng', 'Hà Nam', 'Hà')).toEqual(['Hà', 'Hà Nam', 'Hà Nội', 'Hải Phòng']);
  });

  it('of all agencies stand as the library of this machine has them', () => {
    const names = [...new Set(REAL.agencies.flatMap(a => [a.nameVi, a.shortVi]))];
    expect(sorted(...names)).toEqual([...names].sort(new Intl.Collator('vi').compare));
  });
});
