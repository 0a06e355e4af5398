import type { Bundle } from '../../../steps/checks/bundle.ts';
import { recordedEvents } from '../../../steps/checks/recorded-events.ts';
import { incident, release } from '../incidents.ts';

async function gathered(of = incident(), keys: string[] = []) {
  const asked: string[][] = [];
  const put: Record<string, unknown> = {};
  const recorded = {
    since: async (...question: [string, string]) => {
      asked.push(question);
      return keys;
    },
  };
  const bundle = {
    async put(_source: string, name: string, text: string) {
      put[name] = JSON.parse(text);
    },
  } as unknown as Bundle;
  for (const { gather } of recordedEvents(of, { recorded })) await gather(bundle, {} as never);
  return { asked, put };
}

describe('what the flight recorder holds', () => {
  const key = 'recorder/staging/2026-01-01T12-07-00Z-task-stopped-0123456789abcdef.json';

  it('is listed by key, of the stage alone and since the release began', async () => {
    const { asked, put } = await gathered(incident(), [key]);
    expect(asked).toEqual([['staging', release.startedAt]]);
    expect(put).toEqual({ 'recorded.json': { stage: 'staging', since: release.startedAt, keys: [key] } });
  });

  it('is asked for since the execution began when the tag was let in by nobody', async () => {
    const of = incident({ release: null });
    expect((await gathered(of)).asked).toEqual([['staging', of.execution.startedAt]]);
  });

  it('is not asked for before a stage was reached', async () => {
    expect((await gathered(incident({ stage: null }))).asked).toEqual([]);
  });
});
