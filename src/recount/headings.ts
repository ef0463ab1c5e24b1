/** What the headings of a file mean, written down a second time for the recount, with a comparison of its own. */

/** The counts of a return in the order in which the recount holds them. */
export const COUNTED = [
  'received_online',
  'received_direct',
  'carried_over',
  'online_full',
  'online_partial',
  'resolved_early',
  'resolved_on_time',
  'resolved_late',
  'resolved_end_to_end',
  'pending_on_time',
  'pending_overdue',
  'fee_due',
  'paid_online',
  'files_digitised',
  'results_digitised',
  'data_reused',
  'ratings',
  'satisfied',
] as const;

/** Letters and digits alone, without marks: `Kỳ báo cáo`, `KY_BAO-CAO` and `kybaocao` are one. */
export function bare(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^a-z0-9]/g, '');
}

const PLAIN = new Map(
  Object.entries({
    kybaocao: 'period',
    ky: 'period',
    thang: 'period',
    coquan: 'agency',
    tencoquan: 'agency',
    macoquan: 'agency',
    donvi: 'unit',
    dichvucong: 'service',
    madichvucong: 'service',
    tendichvucong: 'service',
    linhvucdichvu: 'service',
    linhvucdichvucong: 'service',
    linhvuccongviecgiaiquyet: 'service',
    linhvuc: 'service',
    thutuchanhchinh: 'service',
    tenthutuchanhchinh: 'service',
    tiepnhantructuyen: 'received_online',
    tiepnhantructiepbuuchinh: 'received_direct',
    kytruocchuyensang: 'carried_over',
    tructuyentoantrinh: 'online_full',
    tructuyenmotphan: 'online_partial',
    giaiquyettruochan: 'resolved_early',
    giaiquyetdunghan: 'resolved_on_time',
    giaiquyetquahan: 'resolved_late',
    hoanthanhtoantrinh: 'resolved_end_to_end',
    danggiaiquyettronghan: 'pending_on_time',
    danggiaiquyetquahan: 'pending_overdue',
    hosocophilephi: 'fee_due',
    thanhtoantructuyen: 'paid_online',
    hosoduocsohoa: 'files_digitised',
    ketquadientu: 'results_digitised',
    taisudungdulieu: 'data_reused',
    luotdanhgia: 'ratings',
    hailong: 'satisfied',
    tinhdenngay: 'as_of',
    tungay: 'as_of',
    ngay: 'as_of',
    mucdo: 'level',
    hinhthuc: 'mode',
    hinhthuccungcap: 'mode',
    trencongdichvucongquocgia: 'on_portal',
    trencongdvcqg: 'on_portal',
    ghichu: 'note',
  }),
);
/** The columns of a return and of a status file under their own names, as `bare` writes them. */
const ENGLISH = new Map(
  ['period', 'agency', 'unit', 'service', ...COUNTED, 'as_of', 'level', 'mode', 'on_portal', 'note'].map(
    name => [bare(name), name],
  ),
);

/** Second rows of headings under the groups of the official report form (II.06). */
const GROUPED: readonly { group: RegExp; columns: ReadonlyMap<string, string> }[] = [
  {
    group: /tiepnhan/,
    columns: new Map(
      Object.entries({
        tructuyen: 'received_online',
        tructiepdichvubuuchinh: 'received_direct',
        tructiephoacdichvubuuchinh: 'received_direct',
        tructiepbuuchinh: 'received_direct',
        tructiep: 'received_direct',
        tukytruoc: 'carried_over',
        tukytruocchuyensang: 'carried_over',
      }),
    ),
  },
  {
    group: /danggiaiquyet/,
    columns: new Map([
      ['tronghan', 'pending_on_time'],
      ['quahan', 'pending_overdue'],
    ]),
  },
  {
    group: /dagiaiquyet/,
    columns: new Map([
      ['truochan', 'resolved_early'],
      ['dunghan', 'resolved_on_time'],
      ['quahan', 'resolved_late'],
    ]),
  },
];

/**
 * Column names by place; '' for a column that is passed over. `rows` are the last ones above the figures: the
 * lowest text of a column is its heading, the texts above it are its groups, written over the first column of each.
 */
export function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const isNumbering = (cells: readonly string[]): boolean =>
    cells.filter(c => c.trim()).length >= 5 &&
    cells.every(c => /^(\(?[A-E]\)?|[-()[\]\d\s=+]*)$/i.test(c.trim()));
  const upwards = rows.filter(cells => !isNumbering(cells)).reverse();
  const groups = upwards.map(cells => {
    let group = '';
    return cells.map(cell => {
      group = words(cell) || group;
      return group;
    });
  });
  return Array.from({ length: Math.max(0, ...upwards.map(r => r.length)) }, (_, i) => {
    const depth = upwards.findIndex(cells => words(cells[i] ?? '') !== '');
    const heading = words(upwards[depth]?.[i] ?? '');
    if (depth < 0 || plain(heading)) return plain(heading);
    const above = groups.slice(depth + 1).map(cells => cells[i] ?? cells.at(-1) ?? '');
    const group = GROUPED.find(g => g.columns.has(heading) && above.some(text => g.group.test(text)));
    return group?.columns.get(heading) ?? (above.map(text => plain(text + heading)).find(Boolean) || '');
  });
}

/** A heading without footnotes and the unit of counting. */
const words = (heading: string): string =>
  bare(
    heading
      .normalize('NFC')
      .replace(/\((?:(?:số )?(?:lượng )?(?:hồ sơ|lượt|phiếu)|hs|ho so|[^\p{L}%]*)\)|\[\d+\]|[¹²³⁰-⁹]/giu, ''),
  );

const plain = (heading: string): string => PLAIN.get(heading) ?? ENGLISH.get(heading) ?? '';
