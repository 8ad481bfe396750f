import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls and what happened in them: times, never who. */
export class Calls1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "calls" (
        "id" text PRIMARY KEY,
        "created_at" timestamptz NOT NULL,
        "last_event_at" timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX "calls_last_event_at" ON "calls" ("last_event_at")`);
    await runner.query(`
      CREATE TABLE "call_events" (
        "id" uuid PRIMARY KEY,
        "seq" bigint GENERATED ALWAYS AS IDENTITY,
        "call_id" text NOT NULL REFERENCES "calls" ("id") ON DELETE CASCADE,
        "event" text NOT NULL CHECK ("event" IN ('created', 'met', 'dropped', 'returned', 'ended')),
        "at" timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX "call_events_call_id_seq" ON "call_events" ("call_id", "seq")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "call_events"`);
    await runner.query(`DROP TABLE "calls"`);
  }
}
