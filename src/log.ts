/** The log: what it never writes, whatever it is handed. */
import pino, { type DestinationStream, type Logger } from 'pino';

/** Members that hold secrets, at the top and one level down, as headers and forms have them. */
const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'key'];

/**
 * A log in lines of JSON. Of an error it keeps the message and where it arose: what a database adds to that
 * (`detail`, `where`) repeats the values of rows.
 */
export function createLog(level: string, to: DestinationStream): Logger {
  const paths = SECRETS.flatMap(name => [name, `*.${name}`, `*.*.${name}`]);
  const err = ({ name, message, stack, code }: Error & { code?: unknown }) => ({
    type: name,
    message,
    stack,
    code,
  });
  return pino({ level, redact: { paths, censor: '…' }, serializers: { err } }, to);
}
