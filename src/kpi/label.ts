/** Public services as templates write them, name and code together: `Đăng ký khai sinh [dk-khai-sinh]`. */
import type { PublicService } from './catalogue.ts';
import { foldName } from './names.ts';

const LABEL = /^(.+) \[([a-z0-9-]+)\]$/s;

export function serviceLabel(service: PublicService, name: string): string {
  return `${name} [${service.code}]`;
}

/**
 * The service that a label names; undefined when the text is no label. Null when name and code are not of one
 * service: that is a slip, and nobody knows in which of them.
 */
export function byLabel(
  services: ReadonlyMap<string, PublicService>,
  text: string,
): PublicService | null | undefined {
  const [, label = '', code] = LABEL.exec(text.trim()) ?? [];
  if (code === undefined) return undefined;
  const service = services.get(code);
  const name = foldName(label);
  return service && [service.nameVi, service.nameEn].some(n => foldName(n) === name) ? service : null;
}
