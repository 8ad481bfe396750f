// What a tool sees that reads TypeScript but not Vue's files; vue-tsc itself knows each of them exactly.
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}
