import { toBase64Url } from '@protocol';

interface FakeLink {
  readonly slug: string;
  accepting: boolean;
  quietHours: unknown;
  line: unknown;
}

const random = (bytes: number): string => toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));

const problem = (status: number, type: string): Response =>
  new Response(JSON.stringify({ type: `urn:o-to-o:problem:${type}` }), { status });

/** As much of the server as a device and its ring links need; stands in the place of `fetch`. */
export class FakeServer {
  /** Its devices, by what they say in their `Authorization`. */
  readonly devices = new Map<string, Map<string, FakeLink>>();
  readonly subscriptions: unknown[] = [];
  readonly asked: string[] = [];
  vapid: string | null = null;
  /** What happens to everything that is asked. */
  trouble: 'none' | 'offline' | number = 'none';

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? 'GET';
    this.asked.push(`${method} ${path}`);
    if (this.trouble === 'offline') throw new TypeError('Failed to fetch');
    if (this.trouble !== 'none') return problem(this.trouble, 'trouble');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Partial<FakeLink>) : {};
    return this.answer(`${method} ${path}`, body, new Headers(init.headers).get('authorization') ?? '');
  };

  /** All it has of anybody is gone. */
  lose(): void {
    this.devices.clear();
  }

  links(): FakeLink[] {
    return [...this.devices.values()].flatMap((links) => [...links.values()]);
  }

  private answer(asked: string, body: Partial<FakeLink>, who: string): Response {
    if (asked === 'GET /api/config') return Response.json({ vapidPublicKey: this.vapid });
    if (asked === 'POST /api/devices') {
      const [deviceId, deviceSecret] = [random(16), random(32)];
      this.devices.set(`Bearer ${deviceId}.${deviceSecret}`, new Map());
      return Response.json({ deviceId, deviceSecret }, { status: 201 });
    }
    const links = this.devices.get(who);
    return links ? this.asDevice(asked, body, who, links) : problem(401, 'unknown-device');
  }

  private asDevice(
    asked: string,
    body: Partial<FakeLink>,
    who: string,
    links: Map<string, FakeLink>,
  ): Response {
    const slug = asked.split('/').at(-1) ?? '';
    const link = links.get(slug);
    switch (asked.replace(slug, '')) {
      case 'DELETE /api/devices/':
        this.devices.delete(who);
        return new Response(null, { status: 204 });
      case 'PUT /api/devices/me/':
        this.subscriptions.push(body);
        return new Response(null, { status: 204 });
      case 'GET /api/':
        return Response.json([...links.values()]);
      case 'POST /api/': {
        const made = { slug: random(12), accepting: true, quietHours: null, line: null };
        links.set(made.slug, made);
        return Response.json(made, { status: 201 });
      }
      case 'PATCH /api/ring-links/':
        return link ? Response.json(Object.assign(link, body)) : problem(404, 'unknown-link');
      case 'DELETE /api/ring-links/':
        return links.delete(slug) ? new Response(null, { status: 204 }) : problem(404, 'unknown-link');
      default:
        return problem(404, 'not-found');
    }
  }
}
