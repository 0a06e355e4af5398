import { executionName } from '../../steps/contract/release.ts';
import { Rescue, RescueRequest, reportIn, rescueName } from '../../steps/contract/rescue.ts';
import { config, incident } from '../steps/incidents.ts';

describe('the end of an execution', () => {
  const report = { outcome: 'not-released', cause: 'ContainerCrashed', sentence: '…', bucket: 'example', reportKey: null };

  it('is its own when its cause is a report', () => {
    expect(reportIn(JSON.stringify(report))).toEqual(report);
  });

  it.each([null, '', 'aborted by mistake', '{"errorMessage":"a defect"}', JSON.stringify({ ...report, outcome: 'released' })])(
    'is a death when its cause is %s',
    (cause) => {
      expect(reportIn(cause)).toBeNull();
    },
  );
});

describe('a rescue', () => {
  const { execution: _, ...known } = incident();

  it('is an incident without its execution, and what a smoke test must see', () => {
    const rescue: Rescue = { ...known, configs: [config] };
    expect(RescueRequest.parse({ rescue })).toEqual({ rescue });
  });

  it('says of everything whether it is known: what is left out would end the machine at its entrance', () => {
    for (const name of Object.keys(Rescue.shape))
      expect(Rescue.safeParse({ ...known, configs: null, [name]: undefined }).success).toBe(false);
  });

  it('is named after what it rescues', () => {
    expect(rescueName('v1.4.0-0123456-1')).toBe('v1.4.0-0123456-1-rescue');
  });

  it('has a name that Step Functions takes, and no other release gets', () => {
    const names = [1, 2].map((attempt) => executionName({ tag: `v1.0.0-${'x'.repeat(100)}`, commit: 'a'.repeat(40), attempt }));
    expect(names.map((name) => name.length)).toEqual([80, 80]);
    expect(new Set(names.map(rescueName)).size).toBe(2);
    expect(rescueName(names[0]!)).toHaveLength(80);
  });
});
