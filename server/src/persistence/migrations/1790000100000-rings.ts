import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices that can be rung, their ring links, and who rings: random ids, hashes and sealed bytes, no word about who knows whom. */
export class Rings1790000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "devices" (
        "id" text PRIMARY KEY,
        "secret_hash" text NOT NULL,
        "made_on" date NOT NULL,
        "seen_on" date NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE "push_subscriptions" (
        "device_id" text PRIMARY KEY REFERENCES "devices" ("id") ON DELETE CASCADE,
        "sealed" bytea NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE "ring_links" (
        "slug" text PRIMARY KEY,
        "seq" bigint GENERATED ALWAYS AS IDENTITY,
        "device_id" text NOT NULL REFERENCES "devices" ("id") ON DELETE CASCADE,
        "paused_at" timestamptz,
        "quiet_from" smallint,
        "quiet_to" smallint,
        "line_open" boolean,
        "line_minutes" smallint,
        "made_on" date NOT NULL
      )`);
    await runner.query(`CREATE INDEX "ring_links_device_id" ON "ring_links" ("device_id", "seq")`);
    await runner.query(`
      CREATE TABLE "rings" (
        "id" text PRIMARY KEY,
        "seq" bigint GENERATED ALWAYS AS IDENTITY,
        "slug" text NOT NULL REFERENCES "ring_links" ("slug") ON DELETE CASCADE,
        "call" text NOT NULL UNIQUE,
        "sealed" bytea,
        "state" text NOT NULL CHECK ("state" IN ('ringing', 'delivered', 'undelivered', 'waiting',
          'answered', 'declined', 'busy', 'missed', 'cancelled', 'closed')),
        "reason" text CHECK ("reason" IN ('no-device', 'service-down', 'service-busy', 'refused')),
        "made_at" timestamptz NOT NULL,
        "expires_at" timestamptz NOT NULL,
        "over_at" timestamptz
      )`);
    await runner.query(`CREATE INDEX "rings_slug_seq" ON "rings" ("slug", "seq")`);
    await runner.query(`CREATE INDEX "rings_going" ON "rings" ("expires_at") WHERE "over_at" IS NULL`);
    await runner.query(`CREATE INDEX "rings_over_at" ON "rings" ("over_at") WHERE "over_at" IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['rings', 'ring_links', 'push_subscriptions', 'devices'])
      await runner.query(`DROP TABLE "${table}"`);
  }
}
