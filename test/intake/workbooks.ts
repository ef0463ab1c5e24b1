/** Workbooks for tests: made by a library, by LibreOffice where it is installed, or part by part. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { ZipFile } from 'yazl';

/** A zip archive of the given parts. */
export async function archive(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The least parts of a workbook with these sheets (the XML inside `worksheet`) and further parts. */
export function workbookParts(
  sheets: readonly { name: string; xml: string; state?: string }[],
  { shared = '', styles = '', properties = '' } = {},
): Record<string, string> {
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const relations = (inside: string): string =>
    `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`;
  const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`;
  return {
    '[Content_Types].xml': '<?xml version="1.0"?><Types/>',
    '_rels/.rels': relations(relation('r1', 'officeDocument', 'xl/workbook.xml')),
    'xl/_rels/workbook.xml.rels': relations(
      [
        ...sheets.map((_, i) => relation(`s${i}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)),
        relation('shared', 'sharedStrings', '/xl/sharedStrings.xml'),
        relation('styles', 'styles', 'styles.xml'),
      ].join(''),
    ),
    'xl/workbook.xml': `<?xml version="1.0"?><workbook ${main} xmlns:r="${RELATIONS}">${properties}<sheets>${sheets
      .map(
        (s, i) => `<sheet name="${s.name}" sheetId="${i + 1}" state="${s.state ?? 'visible'}" r:id="s${i}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/sharedStrings.xml': `<?xml version="1.0"?><sst ${main}>${shared}</sst>`,
    'xl/styles.xml': `<?xml version="1.0"?><styleSheet ${main}>${styles}</styleSheet>`,
    ...Object.fromEntries(
      sheets.map((s, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `<?xml version="1.0"?><worksheet ${main}>${s.xml}</worksheet>`,
      ]),
    ),
  };
}

/** A row of cells with inline texts. */
export function inlineRow(row: number, cells: readonly string[]): string {
  const text = (t: string): string => t.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<row r="${row}">${cells.map(c => `<c t="inlineStr"><is><t>${text(c)}</t></is></c>`).join('')}</row>`;
}

/** A workbook by the library: `fill` gets its first sheet and the workbook. */
export async function byLibrary(
  fill: (sheet: ExcelJS.Worksheet, workbook: ExcelJS.Workbook) => void,
  name = 'Báo cáo tháng',
): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  fill(workbook.addWorksheet(name), workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Whether LibreOffice is installed. */
export const HAS_LIBREOFFICE = spawnSync('soffice', ['--version'], { stdio: 'ignore' }).status === 0;

/** Has LibreOffice read a file and write it in another format. */
export function byLibreOffice(bytes: Buffer, from: string, to: string, readAs?: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'toan-trinh-office-'));
  try {
    writeFileSync(join(folder, `return.${from}`), bytes);
    const filter = readAs ? [`--infilter=${readAs}`] : [];
    // Making a profile takes longer than all the rest: one serves the whole process.
    const profile = `-env:UserInstallation=file://${tmpdir()}/toan-trinh-office-profile-${process.pid}`;
    const [ending = to] = to.split(':');
    const args = [profile, '--headless', ...filter, '--convert-to', to, '--outdir', folder];
    execFileSync('soffice', [...args, join(folder, `return.${from}`)], { stdio: 'ignore', timeout: 120_000 });
    return readFileSync(join(folder, `return.${ending}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
