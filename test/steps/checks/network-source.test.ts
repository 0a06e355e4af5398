import { openBundle } from '../../../steps/checks/bundle.ts';
import { collectNetwork } from '../../../steps/checks/network-source.ts';
import type { Network } from '../../../steps/contract/evidence-ports.ts';
import { denied } from '../collect-world.ts';
import { clusterArn, crashed, failure, minute, serviceArn, serving } from '../incidents.ts';
import { memoryObjects } from '../ports.ts';

const at = (subnetId: string, interfaceId: string) => ({ network: { subnetId, interfaceId, address: '10.0.0.7' } });
const settings = { subnets: ['subnet-1'], securityGroups: ['sg-1'] };

/** What is kept, what is missing, and what AWS was asked about. */
async function gathered(tasks: () => Promise<ReturnType<typeof serving>[]>, changes: Partial<Network> = {}) {
  const asked: Record<string, readonly string[]> = {};
  const echo = (what: string) => async (ids: readonly string[]) => {
    asked[what] = ids;
    return [];
  };
  const network: Network = {
    ofService: async () => settings,
    securityGroups: echo('securityGroups'),
    subnets: echo('subnets'),
    interfaces: echo('interfaces'),
    ...changes,
  };
  const objects = memoryObjects();
  const bundle = openBundle(
    objects,
    { bucket: 'example', prefix: 'x' },
    Promise.resolve((text) => text),
  );
  await collectNetwork(clusterArn, serviceArn, tasks, { network }, bundle);
  const { missing } = await bundle.seal(
    { release: 'example', stage: 'staging', failure, startedAt: minute(7), redaction: 'patterns' },
    new Date(minute(8)),
  );
  return { asked, missing, kept: JSON.parse(objects.stored.get('x/network.json') ?? 'null') };
}

describe('the network of a service', () => {
  it('is that of its settings and of the tasks that live: the interface of a stopped one is gone', async () => {
    const tasks = async () => [serving(at('subnet-2', 'eni-2')), crashed(at('subnet-3', 'eni-3')), serving({ network: undefined })];
    const { asked, kept, missing } = await gathered(tasks);
    expect(asked).toEqual({ securityGroups: ['sg-1'], subnets: ['subnet-1', 'subnet-2'], interfaces: ['eni-2'] });
    expect(missing).toEqual([]);
    // Where ECS had put the stopped one is told all the same.
    expect(kept.tasks).toMatchObject([
      { interfaceId: 'eni-2' },
      { lastStatus: 'STOPPED', subnetId: 'subnet-3' },
      { task: serving().taskArn },
    ]);
  });

  it('is that of the living tasks when the service has no settings any more', async () => {
    const { asked } = await gathered(async () => [serving(at('subnet-2', 'eni-2')), serving(at('', 'eni-4'))], {
      ofService: async () => null,
    });
    expect(asked).toEqual({ securityGroups: [], subnets: ['subnet-2'], interfaces: ['eni-2', 'eni-4'] });
  });

  it('is that of the settings when the tasks cannot be listed', async () => {
    const { asked, kept } = await gathered(denied);
    expect(asked).toMatchObject({ subnets: ['subnet-1'], interfaces: [] });
    expect(kept.tasks).toEqual([]);
  });

  it('keeps what is told, and says of each part that is not why', async () => {
    const { kept, missing } = await gathered(async () => [], { subnets: denied, interfaces: denied });
    expect(kept).toEqual({ securityGroups: [], subnets: null, interfaces: null, tasks: [] });
    expect(missing).toEqual(
      ['routes', 'interfaces'].map((what) => ({ source: 'network', reason: expect.stringContaining(`${what}: AccessDeniedException`) })),
    );
  });
});
