import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { TroubleLog } from '../ops/trouble-log.js';
import type { RingBulletin } from '../presence/bulletin.js';
import { RingWire } from '../presence/ring-wire.js';
import { CloseCode, type DeviceCredentials, type RingFrame, type RingState } from '../protocol/index.js';
import type { Attendance, AttendingPage } from '../signaling/attendance.js';
import { Devices } from './devices.js';
import { Lines } from './lines.js';
import { RingLinks } from './ring-links.js';
import { rungOf } from './ring-rows.js';
import { RingTeller } from './ring-teller.js';
import { Rings } from './rings.js';

/** Open pages of one device in this process; who opens more than this has forgotten the oldest. */
const MAX_PAGES = 16;

/** The open pages of one device in this process. */
interface Desk {
  readonly deviceId: string;
  readonly pages: Set<AttendingPage>;
  /** Ends when the last thing that was begun does: what is told is told in its order. */
  told: Promise<void>;
}

/** Open pages that wait to be rung, and what they are told. */
@Injectable()
export class DeviceAttendance implements Attendance {
  readonly #trouble = new TroubleLog(DeviceAttendance.name);
  /** By the name of the device's channel. */
  readonly #desks = new Map<string, Desk>();
  readonly #deskOf = new Map<AttendingPage, string>();

  constructor(
    private readonly devices: Devices,
    private readonly links: RingLinks,
    private readonly rings: Rings,
    private readonly lines: Lines,
    private readonly teller: RingTeller,
    private readonly wire: RingWire,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    wire.onDevice({
      onNotice: (channel, notice) => {
        const desk = this.#desks.get(channel);
        if (desk) void this.#inOrder(desk, () => this.#notice(desk, notice));
      },
      onGap: () => {
        for (const desk of this.#desks.values())
          void this.#inOrder(desk, () => this.#tellAll(desk, [...desk.pages]));
      },
    });
  }

  async attend(page: AttendingPage, credentials: DeviceCredentials): Promise<boolean> {
    if (!(await this.devices.know(credentials))) return false;
    const desk = await this.#sitDown(page, credentials.deviceId);
    try {
      await this.#inOrder(desk, async () => {
        await this.#tellAll(desk, [page]);
        page.send({ event: 'attended', data: { pulseMs: this.config.pulseMs } });
      });
    } catch (error) {
      this.left(page);
      throw error;
    }
    return true;
  }

  left(page: AttendingPage): void {
    const channel = this.#deskOf.get(page);
    const desk = channel === undefined ? undefined : this.#desks.get(channel);
    this.#deskOf.delete(page);
    if (channel === undefined || !desk) return;
    desk.pages.delete(page);
    if (desk.pages.size > 0) return;
    this.#desks.delete(channel);
    const unheard = this.wire.unhear(channel);
    // A store that is away has forgotten the subscription by itself.
    if (unheard instanceof Promise) unheard.catch(() => undefined);
  }

  async #sitDown(page: AttendingPage, deviceId: string): Promise<Desk> {
    const channel = this.teller.channelOf(deviceId);
    const desk = this.#desks.get(channel) ?? { deviceId, pages: new Set(), told: Promise.resolve() };
    this.#desks.set(channel, desk);
    const [oldest] = desk.pages;
    if (oldest && desk.pages.size >= MAX_PAGES) {
      this.left(oldest);
      oldest.close(CloseCode.goingAway, 'too many pages');
    }
    desk.pages.add(page);
    this.#deskOf.set(page, channel);
    try {
      await this.wire.hear(channel);
    } catch (error) {
      this.left(page);
      throw error;
    }
    return desk;
  }

  /** How everything stands now. */
  async #tellAll({ deviceId }: Desk, pages: readonly AttendingPage[]): Promise<void> {
    for (const rung of await this.rings.of(deviceId)) {
      // Who tried is asked for when somebody looks (GET /api/rings).
      const isGoing = rung.state === 'ringing' || rung.state === 'delivered' || rung.state === 'undelivered';
      if (isGoing) await this.#show(pages, rung.ringId, { event: 'rung', data: rung });
    }
    for (const { slug, line } of await this.links.of(deviceId))
      if (line) send(pages, { event: 'line', data: { slug, waiting: await this.lines.count(slug) } });
  }

  async #notice(desk: Desk, notice: Exclude<RingBulletin, { is: 'ring' }>): Promise<void> {
    const pages = [...desk.pages];
    if (notice.is === 'forgotten') {
      for (const page of pages) {
        this.left(page);
        page.refuseDevice();
      }
    } else if (notice.is === 'line') {
      send(pages, { event: 'line', data: { slug: notice.slug, waiting: notice.waiting } });
    } else if (notice.over) {
      sayOver(pages, notice.ringId, notice.over);
    } else {
      const known = await this.rings.find(notice.ringId, desk.deviceId);
      const rung = known && rungOf(known);
      if (known?.ring.is === 'over') sayOver(pages, notice.ringId, known.ring.how);
      else if (rung) await this.#show(pages, notice.ringId, { event: 'rung', data: rung });
    }
  }

  /** An open page has it: that is delivered. */
  async #show(pages: readonly AttendingPage[], ringId: string, frame: RingFrame): Promise<void> {
    if (send(pages, frame)) await this.rings.change(ringId, { type: 'taken' });
  }

  #inOrder(desk: Desk, work: () => Promise<void>): Promise<void> {
    const now = desk.told.then(work);
    desk.told = now.catch((error: unknown) => {
      this.#trouble.log('telling the pages of a device', error);
    });
    return now;
  }
}

/** Is anybody there to read it? */
function send(pages: readonly AttendingPage[], frame: RingFrame): boolean {
  const open = pages.filter(({ isOpen }) => isOpen);
  for (const page of open) page.send(frame);
  return open.length > 0;
}

const sayOver = (pages: readonly AttendingPage[], ringId: string, state: RingState): void => {
  send(pages, { event: 'rung-over', data: { ringId, state } });
};
