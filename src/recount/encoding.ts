/** Bytes to text in the encodings that a receipt may name. */
import { NotReadable } from './workbook.ts';

/** Vietnamese letters of TCVN3 (the old ABC fonts) from byte A1 to FF; five of them are tone marks alone. */
const TCVN3 =
  'ĂÂÊÔƠƯĐăâêôơưđẶ\u0300\u0300\u0309\u0303\u0301àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ';

export interface Decoder {
  decode(bytes?: Buffer, options?: { stream: boolean }): string;
}

/** A decoder that refuses bytes which mean nothing. Throws `NotReadable` for an encoding not known here. */
export function newDecoder(encoding: string): Decoder {
  if (encoding === 'tcvn3') return { decode: (bytes = Buffer.alloc(0)) => fromTcvn3(bytes) };
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new NotReadable(`the encoding ${encoding} is not known to the recount`);
  }
}

function fromTcvn3(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[¡-ÿ]/g, byte => TCVN3[byte.charCodeAt(0) - 0xa1] ?? byte);
}
