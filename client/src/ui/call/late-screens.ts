// All screens of a call but its lobby: one file, fetched while somebody is in the lobby (stage.ts).
export { default as CallStage } from './CallStage.vue';
export { default as EndScreen } from './EndScreen.vue';
export { default as SecondTabScreen } from './SecondTabScreen.vue';
