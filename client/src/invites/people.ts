import { hint } from './hints';
import { people, type KeptPerson } from './invites-db';
import { cleanName } from './names';

// Who can be rung from this browser. They live here alone: no server knows who knows whom.

/** By name. */
export async function list(): Promise<readonly KeptPerson[]> {
  const all = await people.all();
  hint('people', all.length > 0);
  return [...all].sort((a, b) => a.name.localeCompare(b.name) || (a.slug < b.slug ? -1 : 1));
}

export const find = (slug: string): Promise<KeptPerson | null> => people.get(slug);

/** Keeps somebody, or their new name; an empty one leaves the name they have. False: this browser keeps nothing. */
export async function keep({ slug, publicKey, name }: KeptPerson): Promise<boolean> {
  const known = await people.get(slug);
  const said = cleanName(name);
  const done = await people.put({ slug, publicKey, name: said === '' ? (known?.name ?? '') : said });
  if (done) hint('people', true);
  return done;
}

export async function rename(slug: string, name: string): Promise<void> {
  const known = await people.get(slug);
  if (known) await people.put({ ...known, name: cleanName(name) });
}

export async function remove(slug: string): Promise<void> {
  await people.remove(slug);
  await list();
}

/** Takes people from a file; whoever is here already stays as they are. How many are new; null: nothing could be kept. */
export async function merge(others: readonly KeptPerson[]): Promise<number | null> {
  let added = 0;
  for (const person of others) {
    if (await people.get(person.slug)) continue;
    if (!(await keep(person))) return null;
    added += 1;
  }
  return added;
}
