/** Rows of whole numbers and days in PostgreSQL's binary form, for COPY and for array parameters. */

/** `date` in days, `timestamptz` in microseconds, both since 1970-01-01 UTC. */
export type ColumnType = 'int4' | 'int8' | 'date' | 'timestamptz';

/** Rows of numbers, one after the other; filled, handed over and filled again, so that none leaves anything behind. */
export interface Packed {
  types: readonly ColumnType[];
  /** `count` times one number for each type; `NULL` is NULL. */
  values: Float64Array;
  count: number;
}

/** NULL among packed numbers, of which it is none. */
export const NULL = Number.NaN;

export const newPacked = (types: readonly ColumnType[], rows: number): Packed => ({
  types,
  values: new Float64Array(types.length * rows),
  count: 0,
});

const OID = { int4: 23, int8: 20, date: 1082, timestamptz: 1184 } as const;
/** PostgreSQL counts days, and microseconds, from 2000-01-01. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROSECONDS = EPOCH_DAYS * 86_400_000_000;

/** Days since 1970-01-01 of a day `YYYY-MM-DD`. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

/**
 * Gives complete binary COPY streams: signature, one tuple per row, trailer. Every stream is written over the
 * one before, so it must have been sent by then; a fresh buffer each time would cost more than the packing.
 */
export function copyPacker(): (packed: Packed) => Buffer {
  let out = new DataView(new ArrayBuffer(0));
  return ({ types, values, count }) => {
    const width = types.length;
    const most = 32 + count * (2 + width * 12);
    if (out.byteLength < most) out = new DataView(new ArrayBuffer(most));
    const bytes = Buffer.from(out.buffer);
    let at = bytes.write('PGCOPY\n\xff\r\n\0', 0, 'latin1');
    bytes.fill(0, at, at + 8);
    at += 8;
    for (let row = 0; row < count; row++) {
      out.setInt16(at, width);
      at += 2;
      for (let i = 0; i < width; i++) {
        at = writeValue(out, at, values[row * width + i] as number, types[i] as ColumnType);
      }
    }
    out.setInt16(at, -1);
    return bytes.subarray(0, at + 2);
  };
}

/** One binary array per column, as parameters for `unnest`, of some of the rows; `to` is not among them. */
export function packedArrays(
  { types, values }: Packed,
  from: number,
  to: number,
): { bytes: Buffer; type: string }[] {
  const count = to - from;
  return types.map((type, i) => {
    const out = new DataView(new ArrayBuffer(20 + count * 12));
    const head = count ? [1, 1, OID[type], count, 1] : [0, 1, OID[type]];
    for (const [place, value] of head.entries()) out.setInt32(place * 4, value);
    let at = head.length * 4;
    for (let row = from; row < to; row++) {
      at = writeValue(out, at, values[row * types.length + i] as number, type);
    }
    return { bytes: Buffer.from(out.buffer, 0, at), type };
  });
}

function writeValue(out: DataView, at: number, value: number, type: ColumnType): number {
  if (Number.isNaN(value)) {
    out.setInt32(at, -1);
    return at + 4;
  }
  if (type === 'int8' || type === 'timestamptz') {
    const whole = type === 'int8' ? value : value - EPOCH_MICROSECONDS;
    const high = Math.floor(whole / 2 ** 32);
    out.setInt32(at, 8);
    out.setInt32(at + 4, high);
    out.setUint32(at + 8, whole - high * 2 ** 32);
    return at + 12;
  }
  out.setInt32(at, 4);
  out.setInt32(at + 4, type === 'date' ? value - EPOCH_DAYS : value);
  return at + 8;
}
