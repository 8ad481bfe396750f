import type { Request } from 'express';

declare module 'express-serve-static-core' {
  // Express 5 has it, its types have not.
  interface ILayer {
    match(path: string): boolean;
  }
}

/** The methods this address does answer; none: there is nothing at it. HEAD goes with GET. */
export function allowedMethods({ app, path }: Request): readonly string[] {
  const methods = app.router.stack
    .filter((layer) => layer.route !== undefined && layer.match(path))
    .flatMap((layer) => layer.route?.stack.map((handler) => handler.method.toUpperCase()) ?? []);
  return [...new Set(methods)].sort();
}
