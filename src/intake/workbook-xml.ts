/** The XML parts of a workbook, read as they are inflated. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Entry, ZipFile } from 'yauzl';
import { type Directory, partName } from './archive.ts';

/** What is done at each tag and text; names come without their prefix. */
export type Handlers = {
  open?: (name: string, attributes: Record<string, string>) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
};

/** A tag or a text without end: longer than any program writes. */
export class EndlessPiece extends Error {}

/** Longest tag or text, in bytes; the parser holds it whole. A cell of the longest kind has a fifth of that. */
const LONGEST_PIECE = 1024 * 1024;

/**
 * Reads a part, a step for each chunk of it. Nothing outside the file is ever looked at, no entity expanded.
 * Throws `EndlessPiece`.
 */
export async function* parsed(archive: ZipFile, entry: Entry, handlers: Handlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let piece = 0;
  parser.on('opentag', (tag: SaxesTagPlain) => {
    piece = 0;
    handlers.open?.(local(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag: SaxesTagPlain) => handlers.close?.(local(tag.name)));
  if (handlers.text) {
    parser.on('text', handlers.text);
    parser.on('cdata', handlers.text);
  }
  parser.on('error', error => {
    throw error;
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of await archive.openReadStreamPromise(entry)) {
    piece += (chunk as Buffer).length;
    parser.write(decoder.decode(chunk as Buffer, { stream: true }));
    if (piece > LONGEST_PIECE) throw new EndlessPiece('a tag or text without end');
    yield;
  }
  parser.write(decoder.decode());
  parser.close();
}

/** Reads a part to its end; one that is not there has nothing in it. */
export async function readPart(
  archive: ZipFile,
  directory: Directory,
  part: string | undefined,
  handlers: Handlers,
): Promise<void> {
  const entry = part === undefined ? undefined : directory.entries.get(partName(part));
  if (entry) for await (const _ of parsed(archive, entry, handlers));
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
