import { fullPath } from '../contracts/openapi';
import { operations } from '../contracts/operations';

/** Everything that is no operation: documents, preflights, what nobody knows. */
export const OTHER_ROUTE = 'other';

interface Template {
  readonly template: string;
  readonly pattern: RegExp;
}

const segments = (path: string): number => path.split('/').length;
const parameters = (path: string): number => path.split('{').length;
const literals = (path: string): number => path.replace(/\{\w+\}/g, '').length;
const escaped = (text: string): string => text.replace(/[.@]/g, '\\$&');

/** By method and number of segments; what is more literal comes first, as in the routers. */
const byShape = new Map<string, Template[]>();
for (const operation of operations) {
  const template = fullPath(operation);
  const shape = `${operation.method} ${segments(template)}`;
  const pattern = new RegExp(`^${escaped(template).replace(/\{\w+\}/g, '[^/]+')}$`, 'i');
  byShape.set(shape, [...(byShape.get(shape) ?? []), { template, pattern }]);
}
for (const templates of byShape.values())
  templates.sort(
    (left, right) =>
      parameters(left.template) - parameters(right.template) ||
      literals(right.template) - literals(left.template),
  );

/**
 * The operation's path as the contracts write it, whoever refused the request on its way there.
 * @param path without the query
 */
export function routeTemplate(method: string, path: string): string {
  const asked = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const candidates = byShape.get(`${verb} ${segments(asked)}`) ?? [];
  return candidates.find(({ pattern }) => pattern.test(asked))?.template ?? OTHER_ROUTE;
}
