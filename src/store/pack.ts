/** Rows of whole numbers and days in PostgreSQL's binary form, for COPY and for array parameters. */

/** Columns side by side: `types[i]` says how the numbers of column i are meant; null is NULL. */
export interface Packed {
  /** `int4`, `int8`, or `date` (days since 1970-01-01). */
  types: readonly ('int4' | 'int8' | 'date')[];
  rows: readonly (readonly (number | null)[])[];
}

const OID = { int4: 23, int8: 20, date: 1082 } as const;
/** PostgreSQL counts days from 2000-01-01. */
const EPOCH_DAYS = 10_957;

/** Days since 1970-01-01 of a day `YYYY-MM-DD`. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

/**
 * Gives complete binary COPY streams: signature, one tuple per row, trailer. Every stream is written over the
 * one before, so it must have been sent by then; a fresh buffer each time would cost more than the packing.
 */
export function copyPacker(): (packed: Packed) => Buffer {
  let out = Buffer.alloc(0);
  return ({ types, rows }) => {
    const most = 32 + rows.length * (2 + types.length * 12);
    if (out.length < most) out = Buffer.allocUnsafeSlow(most);
    let at = out.write('PGCOPY\n\xff\r\n\0', 0, 'latin1');
    out.fill(0, at, at + 8);
    at += 8;
    for (const row of rows) {
      at = out.writeInt16BE(types.length, at);
      for (let i = 0; i < types.length; i++) {
        at = writeValue(out, at, row[i] as number | null, types[i] as keyof typeof OID);
      }
    }
    at = out.writeInt16BE(-1, at);
    return out.subarray(0, at);
  };
}

/** One binary array per column, as parameters for `unnest`. */
export function packedArrays({ types, rows }: Packed): { bytes: Buffer; type: string }[] {
  return types.map((type, i) => {
    const out = Buffer.allocUnsafe(20 + rows.length * 12);
    let at = out.writeInt32BE(rows.length ? 1 : 0, 0);
    at = out.writeInt32BE(1, at);
    at = out.writeInt32BE(OID[type], at);
    if (rows.length) {
      at = out.writeInt32BE(rows.length, at);
      at = out.writeInt32BE(1, at);
    }
    for (const row of rows) at = writeValue(out, at, row[i] as number | null, type);
    return { bytes: out.subarray(0, at), type };
  });
}

function writeValue(out: Buffer, at: number, value: number | null, type: keyof typeof OID): number {
  if (value === null) return out.writeInt32BE(-1, at);
  if (type === 'int8') {
    const next = out.writeInt32BE(8, at);
    return out.writeBigInt64BE(BigInt(value), next);
  }
  const next = out.writeInt32BE(4, at);
  return out.writeInt32BE(type === 'date' ? value - EPOCH_DAYS : value, next);
}
