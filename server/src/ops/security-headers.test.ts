import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { securityHeaders } from './security-headers.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function headersOf(
  publicOrigin: string,
  allowedOrigins = [publicOrigin],
  written: readonly string[] = [],
): Promise<Headers> {
  const app = express();
  app.use(securityHeaders({ publicOrigin, allowedOrigins }, written));
  app.use((_request, response) => response.send('page'));
  const server = app.listen(0);
  ends.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (await fetch(`http://localhost:${(server.address() as AddressInfo).port}/`)).headers;
}

const policyOf = (headers: Headers): string[] => (headers.get('content-security-policy') ?? '').split(';');

describe('a page', () => {
  it('loads scripts, styles and all else from this server only, and runs nothing written into it', async () => {
    const policy = policyOf(await headersOf('https://call.example'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    for (const nothing of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(policy).toContain(`${nothing} 'none'`);
    expect(policy.join(';')).not.toMatch(/unsafe|\*|https?:/);
  });

  it('runs the one script that was built into it, by its hash, and no other', async () => {
    const written = ["'sha256-AAAA'"];
    const policy = policyOf(await headersOf('https://call.example', undefined, written));
    expect(policy).toContain("script-src 'self' 'sha256-AAAA'");
    expect(policy.join(';')).not.toMatch(/unsafe/);
  });

  it('makes no script and no part of a page of text', async () => {
    const policy = policyOf(await headersOf('https://call.example'));
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain('trusted-types vue worker');
  });

  it('talks to this server only, over HTTP and the socket, under every name it has', async () => {
    const origins = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'];
    const policy = policyOf(await headersOf('http://localhost:3000', origins));
    expect(policy).toContain("connect-src 'self' ws://localhost:3000 ws://127.0.0.1:3000");
    expect(policyOf(await headersOf('https://call.example'))).toContain(
      "connect-src 'self' wss://call.example",
    );
  });

  it('may use camera, microphone and screen; no page within it may, and nobody may frame it', async () => {
    const headers = await headersOf('https://call.example');
    const features = headers.get('permissions-policy')?.split(', ');
    for (const feature of ['camera', 'microphone', 'display-capture'])
      expect(features).toContain(`${feature}=(self)`);
    for (const feature of ['geolocation', 'usb', 'serial', 'hid', 'midi', 'payment', 'gyroscope'])
      expect(features).toContain(`${feature}=()`);
    expect(policyOf(headers)).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('tells nobody where people come from, and stays out of search engines', async () => {
    const headers = await headersOf('https://call.example');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('insists on https when that is what people type, and never otherwise', async () => {
    const secure = await headersOf('https://call.example');
    expect(secure.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(policyOf(secure)).toContain('upgrade-insecure-requests');
    const plain = await headersOf('http://192.0.2.1:3000');
    expect(plain.get('strict-transport-security')).toBeNull();
    expect(policyOf(plain)).not.toContain('upgrade-insecure-requests');
  });
});
