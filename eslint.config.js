import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';
import accessibility from 'eslint-plugin-vuejs-accessibility';
import { importDirections } from './scripts/import-directions.js';

const TESTS = ['**/*.test.ts', '**/*.contract.ts', '**/testing/**', 'e2e/**/*.spec.ts'];
const LINTED_WITH_TYPES = [
  'server/src/**/*.ts',
  'client/src/**/*.ts',
  'client/src/**/*.vue',
  'e2e/**/*.ts',
  'fuzz/**/*.ts',
  'infra/**/*.ts',
];

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', 'data/**', 'coverage/**', '.cache/**', 'e2e/**/output/**'],
  },
  js.configs.recommended,
  {
    files: LINTED_WITH_TYPES,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      // A counter in a sentence is what people read: numbers may stand in templates.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // Plain objects are handed where a class only describes a shape (documents, Nest's options).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // A port promises; an implementation in memory has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // Nest injects by type: an import that is only a type at a glance is a value at run time.
    files: ['server/src/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: ['client/**/*.{ts,vue}'], languageOptions: { globals: globals.browser } },
  { files: ['client/src/sw/**/*.ts'], languageOptions: { globals: globals.serviceworker } },
  {
    files: ['client/src/**/*.vue'],
    extends: [vue.configs['flat/recommended'], accessibility.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // Prettier lays out.
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      // Live pictures of a call have no captions to offer.
      'vuejs-accessibility/media-has-caption': 'off',
      'no-undef': 'off', // vue-tsc knows better
    },
  },
  {
    // What a .vue file exports is known to vue-tsc (npm run types), not to the linter's plain TypeScript.
    files: ['client/src/**/*.vue', 'client/src/{main,router}.ts', 'client/src/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['client/src/{ui,pages}/**/*.{ts,vue}'],
    rules: {
      'no-restricted-globals': ['error', 'RTCPeerConnection', 'WebSocket', 'RTCDataChannel'],
      'no-restricted-properties': ['error', { property: 'mediaDevices', message: 'Ask useCall().' }],
    },
  },
  {
    // The pure machines: time and chance are inputs.
    files: [
      'server/src/presence/call-{changes,lock,machine,seating,state}.ts',
      'server/src/invites/ring-machine.ts',
      'client/src/**/*-machine.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an input.' },
        { object: 'performance', property: 'now', message: 'Time is an input.' },
        { object: 'Math', property: 'random', message: 'Chance is an input.' },
      ],
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'WebSocket', 'RTCPeerConnection'],
    },
  },
  ...importDirections(),
  {
    files: ['scripts/**/*.{js,mjs}', 'e2e/**/*.mjs', '*.config.{js,ts}', 'client/{vite.config,build/*}.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parser: tseslint.parser, globals: globals.node },
    rules: { 'max-lines': ['error', { max: 300 }], 'max-lines-per-function': ['error', { max: 60 }] },
  },
);
