import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allRoles, root, type Template, templates } from '../assembly.ts';
import { beyond, type Permissions, pairsOf, permissionsOf, readRecording, roleName } from './permissions.ts';
import { uncalledGrants, uncalledPermissions } from './uncalled-grants.ts';

const stacks = ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'StagingService', 'ProdFoundation', 'ProdService'];

describe('what the roles may do and what the scenarios ask for', () => {
  const { release, faults } = readRecording();
  const recorded = permissionsOf([...pairsOf(release), ...pairsOf(faults)]);
  const listed = uncalledPermissions();
  let granted: Permissions;
  beforeAll(async () => {
    const template: (stack: string) => Template = await templates();
    granted = permissionsOf(
      stacks.flatMap((stack) =>
        allRoles(template(stack)).flatMap(({ id, grants }) => grants.map(({ action }) => ({ role: roleName(stack, id), action }))),
      ),
    );
  }, 120_000);

  it('grants nothing that is neither asked for nor listed with its reason', () => {
    expect(beyond(granted, recorded, listed)).toEqual([]);
  });

  it('grants all that is asked for', () => {
    expect(beyond(recorded, granted)).toEqual([]);
  });

  it('lists nothing that is not granted any more', () => {
    expect(beyond(listed, granted)).toEqual([]);
  });

  it('lists nothing that a scenario asks for after all', () => {
    expect(beyond(listed).filter((entry) => beyond(recorded).includes(entry))).toEqual([]);
  });

  it('has recorded every role of a step but those that the list explains', () => {
    const steps = Object.keys(granted).filter((role) => role.startsWith('ReleaseMachine/'));
    expect(steps.length).toBeGreaterThan(20);
    const unrecorded = ['CheckReleases', 'CheckSecrets'].map((name) => `ReleaseMachine/${name}Role`);
    expect(steps.filter((role) => !(role in recorded)).sort()).toEqual(unrecorded);
  });

  it.each(uncalledGrants.flatMap(({ coveredBy }) => coveredBy ?? []))('%s covers a move that no scenario makes', (file) => {
    expect(existsSync(join(root, file))).toBe(true);
  });
});
