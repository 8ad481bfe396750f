import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which browsers may not ring under a link any more: keyed hashes that mean nothing under any other link. */
export class RingBlocks1790000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rings" ADD COLUMN "caller" text`);
    await runner.query(`
      CREATE TABLE "ring_blocks" (
        "slug" text NOT NULL REFERENCES "ring_links" ("slug") ON DELETE CASCADE,
        "caller" text NOT NULL,
        "made_on" date NOT NULL,
        PRIMARY KEY ("slug", "caller")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "ring_blocks"`);
    await runner.query(`ALTER TABLE "rings" DROP COLUMN "caller"`);
  }
}
