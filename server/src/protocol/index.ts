export * from './attend.js';
export * from './base64url.js';
export * from './decode.js';
export * from './frames.js';
export * from './links.js';
export * from './rings.js';
export * from './seats.js';
