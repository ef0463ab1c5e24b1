/** Every address of the application, from its own list. */
import type { Express } from 'express';

export interface Route {
  path: string;
  /** The methods that it has handlers of its own for, in capitals. */
  methods: ReadonlySet<string>;
  /** Whether a path without its query leads there. */
  match(path: string): boolean;
}

interface Layer {
  route?: { path: string; stack: { method?: string }[] };
  match(path: string): boolean;
}

/** In the order in which the application tries them. */
export function routesOf(app: Express): Route[] {
  return (app.router as unknown as { stack: Layer[] }).stack.flatMap(layer => {
    if (!layer.route) return [];
    const methods = layer.route.stack.flatMap(({ method }) => (method ? [method.toUpperCase()] : []));
    return [{ path: layer.route.path, methods: new Set(methods), match: path => layer.match(path) }];
  });
}
