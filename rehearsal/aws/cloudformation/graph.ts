export interface Walk {
  /** Node → the nodes that go first. Nodes that are not keys count as done. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
  visit(node: string): Promise<void>;
  /** Called at the first failure, to stop what still runs. */
  onFailure?(): void;
  /** After a failure, still visit nodes that do not depend on what failed. @default false */
  readonly keepGoing?: boolean;
  /** Asked before each visit: true leaves the node out, and with it what depends on it. */
  stopped?(): boolean;
}

/** Visits every node once those before it are done, independent ones side by side. @returns nodes whose visit rejected, in order */
export async function walkGraph({ edges, visit, onFailure, keepGoing, stopped }: Walk): Promise<string[]> {
  const failures: string[] = [];
  const running = new Map<string, Promise<boolean>>();
  const run = async (node: string): Promise<boolean> => {
    const before = await Promise.all((edges.get(node) ?? []).filter((each) => edges.has(each)).map(start));
    if (before.includes(false) || stopped?.() || (failures.length > 0 && !keepGoing)) return false;
    try {
      await visit(node);
      return true;
    } catch {
      // The visitor has told the reason: it stands in the events.
      failures.push(node);
      if (failures.length === 1 && !keepGoing) onFailure?.();
      return false;
    }
  };
  const start = (node: string): Promise<boolean> => {
    const promise = running.get(node) ?? run(node);
    running.set(node, promise);
    return promise;
  };
  await Promise.all([...edges.keys()].map(start));
  return failures;
}

/** The same graph with every arrow turned: what depends on a node goes before it. */
export function reversed(edges: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const turned = new Map<string, string[]>([...edges.keys()].reverse().map((node) => [node, []]));
  for (const [node, before] of edges) for (const each of before) turned.get(each)?.push(node);
  return turned;
}
