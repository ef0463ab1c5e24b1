/** Refusals as data: a code with its status and words, shown as a page, a problem document or plain text. */
import { TooManyBytes } from '../intake/spool.ts';
import type { FaultDoc } from '../render.ts';
import type { Lang } from '../words/words.ts';
import { FAULTS, type FaultCode } from './fault-texts.ts';

/** Why a request is not answered; `values` fill the words, `parameter` names what is at fault. */
export interface Fault {
  fault: FaultCode;
  parameter?: string;
  values: Readonly<Record<string, string>>;
}

/** The longest stretch of a wrong value that is repeated back. */
const ECHOED = 80;

export function fault(code: FaultCode, values: Readonly<Record<string, string>> = {}): Fault {
  const { parameter } = values;
  return { fault: code, values, ...(parameter === undefined ? {} : { parameter }) };
}

export function isFault(answer: unknown): answer is Fault {
  return typeof answer === 'object' && answer !== null && 'fault' in answer;
}

/** A problem document (RFC 9457) in one language. */
export interface Problem extends FaultDoc {
  type: string;
}

export function problemOf({ fault: code, parameter, values }: Fault, lang: Lang): Problem {
  const text = FAULTS[code];
  const { title, detail } = text[lang];
  const filled = detail.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return name === 'value' && value.length > ECHOED ? `${value.slice(0, ECHOED)}…` : value;
  });
  return {
    type: `urn:toan-trinh:problem:${code}`,
    title,
    status: text.status,
    detail: filled,
    ...(parameter === undefined ? {} : { parameter }),
    ...(values.reference === undefined ? {} : { reference: values.reference }),
  };
}

/**
 * What an error thrown by the framework, a body parser or the form parser means to the sender; null when it
 * is nothing that the sender can mend.
 */
export function faultOfError(error: unknown): Fault | null {
  if (typeof error !== 'object' || error === null) return null;
  const { name, code, status, type } = error as {
    name?: unknown;
    code?: unknown;
    status?: unknown;
    type?: unknown;
  };
  if (error instanceof TooManyBytes)
    return fault('too_big', { limit: String(Math.floor(error.limit / 1024 / 1024)) });
  // What a compressed body turned out not to be.
  if (typeof code === 'string' && code.startsWith('Z_')) return fault('bad_request');
  if (code === 'LIMIT_UNEXPECTED_FILE') return fault('missing_file', { parameter: 'file' });
  if (name === 'MulterError') return fault('bad_form', { value: String(code) });
  if (typeof type === 'string' && type.startsWith('encoding.'))
    return fault('unsupported_type', { value: type });
  if (typeof status === 'number' && status >= 400 && status < 500) return fault('bad_request');
  // The form parser throws plain errors for a body that ends early or has no boundary.
  if (error instanceof Error && /^(Unexpected end of form|Multipart: |Malformed )/.test(error.message)) {
    return fault('bad_form', { value: error.message });
  }
  return null;
}
