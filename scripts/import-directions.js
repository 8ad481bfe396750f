// The arrows between the parts of the project, as ARCHITECTURE.md draws them: what each folder must not import.
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';

/** Files that are not shipped: tests, and what only tests use. */
const TESTS_OF_CLIENT = ['client/src/**/*.test.ts', 'client/src/**/testing/**'];
const TESTS_OF_PROTOCOL = ['server/src/protocol/**/*.test.ts', 'server/src/protocol/testing/**'];

const CLIENT_PARTS = ['signaling', 'peer', 'channel', 'media', 'recording'];

/** An import of one of these folders of client/src, by alias or by path. */
const clientFolders = (names) => `^(?:@/|(?:\\.{1,2}/)+)(?:${names.join('|')})(?:/|$)`;

const partsApart = CLIENT_PARTS.map((part) => ({
  name: `${part}-stands-alone`,
  files: [`client/src/${part}/**`],
  forbidden: clientFolders(CLIENT_PARTS.filter((other) => other !== part)),
  message: `${part} knows none of the other four parts: call/call-session.ts joins them.`,
}));

/** `forbidden`: a regular expression on what stands in the import. */
const DIRECTIONS = [
  {
    name: 'server-without-client',
    files: ['server/src/**'],
    forbidden: '^(?:\\.{1,2}/)+client/',
    message: 'The server imports nothing of the client.',
  },
  {
    name: 'protocol-is-pure',
    files: ['server/src/protocol/**'],
    ignores: TESTS_OF_PROTOCOL,
    forbidden: '^(?!\\./)',
    message: 'The protocol imports nothing but its own files: both sides are built from it.',
  },
  {
    name: 'presence-without-signaling',
    files: ['server/src/presence/**'],
    forbidden: '(?:^|/)signaling/',
    message: 'Presence never imports signaling: it tells its outlet.',
  },
  {
    name: 'client-only-protocol',
    files: ['client/src/**'],
    ignores: TESTS_OF_CLIENT,
    forbidden: '(?:^|/)server/|^@nestjs/|^node:',
    message: 'The client takes nothing from the server but @protocol, and runs in a browser.',
  },
  {
    name: 'client-tests-only-protocol',
    files: TESTS_OF_CLIENT,
    forbidden: '(?:^|/)server/(?!src/protocol/)',
    message: 'The tests of the client know nothing of the server but its protocol.',
  },
  {
    name: 'pages-without-webrtc',
    files: ['client/src/{ui,pages}/**'],
    forbidden: clientFolders(CLIENT_PARTS),
    message: 'Pages show what useCall() says: calls, sockets and devices belong to the call session.',
    allowTypeImports: true,
  },
  {
    name: 'early-alone',
    files: ['client/src/early/**'],
    ignores: TESTS_OF_CLIENT,
    forbidden:
      '^(?:vue|vue-router|pinia)$|\\.vue$|^@/(?:peer|channel|invites|pages|privacy)/|^@/call/(?!in-call-mark$)|^@/ui/(?!call/(?:double-click-guard|letter-of|picture-fit)$)',
    message: 'What stands in the page itself is small: it draws nothing by Vue, and carries out no call.',
  },
  ...partsApart,
];

// ESLint keeps one setting per rule and file, but a file may lie in several of these folders: so each direction is a
// rule under its own name, with the implementation of `no-restricted-imports`.
const everyDirection = (implementation) =>
  Object.fromEntries(DIRECTIONS.map(({ name }) => [name, implementation]));

const plugins = {
  direction: { rules: everyDirection(tseslint.plugin.rules['no-restricted-imports']) },
  'lazy-direction': { rules: everyDirection(builtinRules.get('no-restricted-syntax')) },
};

/** In a selector a `/` would end the regular expression. */
const lazily = (forbidden) =>
  `ImportExpression > Literal.source[value=/${forbidden.replaceAll('/', '\\/')}/]`;

/** One piece of ESLint configuration for each direction; `import()` counts as much as `import`. */
export const importDirections = () =>
  DIRECTIONS.map(({ name, files, ignores = [], forbidden, message, allowTypeImports = false }) => ({
    name,
    files,
    ignores,
    plugins,
    rules: {
      [`direction/${name}`]: ['error', { patterns: [{ regex: forbidden, message, allowTypeImports }] }],
      [`lazy-direction/${name}`]: ['error', { selector: lazily(forbidden), message }],
    },
  }));
