import { readRecording } from '../contract/permissions.ts';
import { recordPermissions } from './record-permissions.ts';

it('records the same permissions from the scenarios as are committed', async () => {
  expect(await recordPermissions()).toEqual(readRecording());
});
