/** One way to write a document down, so that equal content has equal bytes and so one hash. */

/**
 * JSON with the members of every object in the order of their names (by UTF-16 code units), no spaces, and
 * numbers as ECMAScript writes them: the JSON Canonicalization Scheme, RFC 8785. Throws on what JSON cannot say
 * (NaN, an infinity); members that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} has no canonical form`);
  return JSON.stringify(value);
}
