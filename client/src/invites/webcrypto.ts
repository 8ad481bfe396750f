/**
 * What @hpke would ask Node.js for where a browser has none of its own, on pages that are not secure. There nobody is rung;
 * named here, the bundler need not make Node's module up, and a loader for it that every page would carry.
 */
export const webcrypto = globalThis.crypto;
