import { toldByRecorder } from '../../../cli/told-by-recorder.ts';
import type { Recording } from '../../../steps/contract/recording.ts';
import { minute } from '../../steps/incidents.ts';
import { memoryObjects } from '../../steps/ports.ts';
import { taskStopped } from '../../steps/recordings.ts';

const base = 'recorder/staging/2026-01-01T12-07-00Z-task-stopped-0123456789abcdef';
const recording: Recording = {
  kind: 'task-stopped',
  stage: 'staging',
  recordedAt: minute(7),
  redaction: 'values-and-patterns',
  event: taskStopped(),
};
const said = '{"event":"config.invalid","cause":"SecretKeyMissing","keys":["app_definition_id"]}';

const told = (objects: Record<string, unknown>) =>
  toldByRecorder(minute(0), {
    bucket: 'example',
    stages: [{ name: 'staging' }, { name: 'prod' }],
    recorded: { since: async (stage) => Object.keys(objects).filter((key) => key.startsWith(`recorder/${stage}/`)) },
    objects: memoryObjects(objects),
  });

describe('a release that nobody could report', () => {
  it('is told by what the recorder kept, stage by stage', async () => {
    expect(await told({ [`${base}.json`]: recording, [`${base}.later.log`]: `${minute(7)} ${said}` })).toEqual([
      expect.stringMatching(/^The flight recorder has 2 objects of staging since then: SecretKeyMissing \(certain\): .* s3:\/\/example\//),
    ]);
  });

  it('is not told by a recorder that kept nothing', async () => {
    expect(await told({})).toEqual([]);
  });
});
