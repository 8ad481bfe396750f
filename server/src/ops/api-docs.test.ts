import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { apiDocsPage } from './api-docs-page.js';
import { startWholeApp, type RunningApp } from './testing/running-app.js';

describe('the description of the API', () => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await startWholeApp();
  });
  afterAll(() => server.stop());
  const ask = (path: string, accept = 'text/html') => fetch(`${server.url}${path}`, { headers: { accept } });

  it('is a page that names every request and everything that is sent', async () => {
    const page = await (await ask('/api/docs')).text();
    const { paths, components } = (await (await ask('/api/docs-json')).json()) as OpenAPIObject;
    expect(Object.keys(paths)).not.toHaveLength(0);
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) expect(page).toContain(`${method.toUpperCase()} ${path}`);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(links)).toEqual(new Set(Object.keys(components?.schemas ?? {})));
    for (const name of links) expect(page).toContain(`id="${name}"`);
  });

  it('has the strict policy of every page, and nothing in it that this forbids', async () => {
    const answer = await ask('/api/docs');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(await answer.text()).not.toMatch(/<script|<style|<[^>]*\s(style|on\w+)=/i);
    expect((await ask('/api/docs/style.css')).headers.get('content-type')).toMatch(/^text\/css/);
    expect((await ask('/api/docs/')).status).toBe(200);
    expect((await ask('/api/docs/swagger-ui-bundle.js')).status).toBe(404);
  });

  it('is for programs what it is, under the same address', async () => {
    const asked = await ask('/api/docs', 'application/json');
    expect(asked.headers.get('vary')).toContain('Accept');
    expect(await asked.json()).toEqual(await (await ask('/api/docs-json')).json());
  });

  it('makes no HTML of what is described', () => {
    const evil = '<img src=x onerror="alert(1)">';
    const schema = {
      type: 'object',
      description: evil,
      properties: { [evil]: { type: 'string', description: evil, example: evil } },
    };
    const parameters = [{ name: evil, in: 'path' as const, description: evil, schema: { type: 'string' } }];
    const get = { summary: evil, description: evil, parameters, responses: { 200: { description: evil } } };
    const page = apiDocsPage(
      {
        openapi: '3.0.0',
        info: { title: evil, description: evil, version: '1' },
        paths: { [evil]: { get } },
        components: { schemas: { [evil]: schema } },
      },
      { style: '/style.css', json: '/json' },
    );
    expect(page).not.toContain('<img');
    expect(page.split('&lt;img').length).toBeGreaterThan(9);
  });
});
