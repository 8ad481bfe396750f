import { brokenRule } from './rules.js';
import {
  HAPPENINGS,
  inputOf,
  keyOf,
  MACHINE,
  pass,
  START,
  take,
  worldAfter,
  type Happening,
  type Machine,
  type World,
} from './world.js';

/** What was found, and what led there. */
export interface Violation {
  readonly rule: string;
  readonly story: readonly Happening[];
}

export interface Exploration {
  /** Different states that were reached. */
  readonly states: number;
  /** Inputs that were tried in them. */
  readonly transitions: number;
  /** Longest story, in happenings, of which every continuation was tried. */
  readonly depth: number;
  /** Nothing new was left to find. */
  readonly complete: boolean;
  readonly violation: Violation | null;
}

/** One happening, and the rule it broke, if any. */
export function happen(
  machine: Machine,
  world: World,
  happening: Happening,
): { world: World; broken: string | null } {
  if (happening.is !== 'input') return { world: pass(world, happening), broken: null };
  const transition = take(machine, world, inputOf(world, happening.input));
  const after = worldAfter(transition);
  return { world: after, broken: brokenRule(transition, after) };
}

interface Node {
  readonly world: World;
  readonly from: Node | null;
  readonly by: Happening | null;
}

function storyOf(node: Node): Happening[] {
  const story: Happening[] = [];
  for (let at: Node | null = node; at?.by; at = at.from) story.unshift(at.by);
  return story;
}

/** The world after a story; nothing may be broken on the way. */
function after(story: readonly Happening[], machine: Machine): Node {
  return story.reduce<Node>((from, by) => ({ world: happen(machine, from.world, by).world, from, by }), {
    world: START,
    from: null,
    by: null,
  });
}

/** Breadth first: everything that can happen in every state that can be reached with at most `depth` happenings. */
export function explore(
  depth: number,
  machine: Machine = MACHINE,
  beginning: readonly Happening[] = [],
  happenings: readonly Happening[] = HAPPENINGS,
): Exploration {
  const first = after(beginning, machine);
  const known = new Set([keyOf(first.world)]);
  let edge: Node[] = [first];
  let transitions = 0;
  for (let level = 0; level < depth && edge.length > 0; level += 1) {
    const next: Node[] = [];
    for (const from of edge) {
      for (const by of happenings) {
        transitions += 1;
        const { world, broken } = happen(machine, from.world, by);
        const node = { world, from, by };
        if (broken !== null) {
          const violation = { rule: broken, story: storyOf(node) };
          return { states: known.size, transitions, depth: level, complete: false, violation };
        }
        const key = keyOf(world);
        if (known.has(key)) continue;
        known.add(key);
        next.push(node);
      }
    }
    edge = next;
  }
  return { states: known.size, transitions, depth, complete: edge.length === 0, violation: null };
}

/** A story told from the beginning; the first rule it breaks. */
export function tell(story: readonly Happening[], machine: Machine = MACHINE): string | null {
  let world = START;
  for (const happening of story) {
    const next = happen(machine, world, happening);
    if (next.broken !== null) return next.broken;
    world = next.world;
  }
  return null;
}
