/** A time series as an expression names it, with what it wants of its labels. */
export interface Wanted {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

export interface Expression {
  readonly wanted: readonly Wanted[];
  /** Labels that series are grouped or joined by. */
  readonly groupedBy: readonly string[];
}

/** What Grafana puts in before it asks: a span of time, and the processes that were chosen. */
export const asAsked = (text: string): string =>
  text.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');

const CLAUSE = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);

const matchersOf = (text: string): Wanted['matchers'] =>
  [...text.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', value = '']) => ({
    label,
    values: value.split('|'),
  }));

/**
 * What an expression is about. Not a parser: promtool is one, and says whether it is right; here every name that is not a
 * function, an operator, a label or a span counts as a series, so that none is overlooked.
 */
export function readExpression(text: string): Expression {
  const groupedBy = [...text.matchAll(CLAUSE)].flatMap(([, labels = '']) => labels.match(/\w+/g) ?? []);
  const plain = text.replaceAll(CLAUSE, ' ').replaceAll(/\[[^\]]*\]/g, ' ');
  const wanted: Wanted[] = [];
  const rest = plain.replaceAll(/([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}/g, (_, name: string, labels: string) => {
    wanted.push({ name, matchers: matchersOf(labels) });
    return ' ';
  });
  for (const [name, after = ''] of rest.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?:\s*(\())?/g)) {
    const word = name.replace(/\s*\($/, '');
    if (after === '' && !WORDS.has(word.toLowerCase())) wanted.push({ name: word, matchers: [] });
  }
  return { wanted, groupedBy };
}
