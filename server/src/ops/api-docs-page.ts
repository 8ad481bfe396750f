import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Described = NonNullable<Operation['parameters']>[number];
type Responded = NonNullable<Operation['responses']['default']>;
type Body = NonNullable<Operation['requestBody']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text as HTML. */
const html = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

const code = (text: string): string => `<code>${html(text)}</code>`;

/** `#/components/schemas/CallDocument` → a link to where it is described. */
function reference(ref: string): string {
  const name = ref.split('/').at(-1) ?? '';
  return `<a href="#${html(name)}">${html(name)}</a>`;
}

/** What kind of value this is, in a word or two. */
function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if ('$ref' in schema) return reference(schema.$ref);
  const [inner] = schema.allOf ?? [];
  if (inner) return typeOf(inner);
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
  const values = schema.enum?.map((value) => code(JSON.stringify(value)));
  return values ? values.join(' · ') : html([schema.type ?? ''].flat().join(' or '));
}

const row = (...cells: readonly string[]): string =>
  `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

const table = (heads: readonly string[], rows: readonly string[]): string =>
  rows.length === 0
    ? ''
    : `<div class="wide" tabindex="0" role="region" aria-label="${heads.join(', ')}"><table><thead><tr>${heads
        .map((head) => `<th scope="col">${head}</th>`)
        .join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;

function parameterRow(parameter: Described): string {
  if ('$ref' in parameter) return row(reference(parameter.$ref), '', '');
  const { name, in: where, schema, description } = parameter;
  return row(code(name), `${html(where)}, ${typeOf(schema)}`, html(description ?? ''));
}

const contentOf = (described: Responded | Body): string => {
  if ('$ref' in described) return reference(described.$ref);
  return Object.entries(described.content ?? {})
    .map(([type, { schema }]) => [code(type), typeOf(schema)].filter((part) => part !== '').join(' '))
    .join('<br>');
};

function responseRow([status, response]: [string, Responded | undefined]): string {
  if (!response) return '';
  return row(html(status), '$ref' in response ? '' : html(response.description), contentOf(response));
}

function operation(method: string, path: string, described: Operation): string {
  const { summary = '', description = '', parameters = [], requestBody, responses } = described;
  return [
    `<section><h3>${code(`${method.toUpperCase()} ${path}`)}</h3>`,
    ...[summary, description].filter((text) => text !== '').map((text) => `<p>${html(text)}</p>`),
    table(['parameter', 'where', 'what'], parameters.map(parameterRow)),
    requestBody ? `<p>Takes ${contentOf(requestBody)}</p>` : '',
    table(['status', 'when', 'what'], Object.entries(responses).map(responseRow)),
    '</section>',
  ].join('\n');
}

const operations = ([path, item]: [string, PathItem]): string =>
  METHODS.map((method) => {
    const described = item[method];
    return described ? operation(method, path, described) : '';
  }).join('\n');

function schema([name, described]: [string, Schema]): string {
  const properties = '$ref' in described ? {} : (described.properties ?? {});
  const rows = Object.entries(properties).map(([property, value]) => {
    const described = '$ref' in value ? {} : value;
    const example: unknown = described.example;
    return row(
      code(property),
      typeOf(value),
      html(described.description ?? ''),
      example === undefined ? '' : code(JSON.stringify(example)),
    );
  });
  return `<section id="${html(name)}"><h3>${html(name)}</h3>${table(['member', 'type', 'what', 'for example'], rows)}</section>`;
}

/** The description of the API as a page: no script, no style in it, nothing from elsewhere. */
export function apiDocsPage(document: OpenAPIObject, at: { style: string; json: string }): string {
  const { title, description = '' } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${html(at.style)}">
</head>
<body>
<main>
<h1>${html(title)}: API</h1>
<p>${html(description)} This page as OpenAPI: <a href="${html(at.json)}">${html(at.json)}</a>.</p>
<h2>Requests</h2>
${Object.entries(document.paths).map(operations).join('\n')}
<h2>What is sent</h2>
${Object.entries(document.components?.schemas ?? {})
  .map(schema)
  .join('\n')}
</main>
</body>
</html>
`;
}

/** Text on its ground is at least 4.5:1, light and dark. */
export const API_DOCS_STYLE = `:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#fbf7f2, #161211); color: light-dark(#201a17, #f6efe8); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
a { color: light-dark(#0f6461, #7fd3cb); }
code { font-size: 0.9em; overflow-wrap: anywhere; }
section { margin: 1.5rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid light-dark(#e6dcd0, #3a322e); }
th { color: light-dark(#6b5f57, #b5a89e); font-weight: 600; }
`;
