import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { makeRouter } from './router';
import { startSpeaking } from './text';
import './theme/tokens.css';
import './theme/base.css';
import './ui/call/control.css';
import { startTheme } from './theme/theme';

startTheme();
startSpeaking();
createApp(App).use(createPinia()).use(makeRouter()).mount('#app');
