import { linkedPackagesQuery, literal } from '../../../container/src/packaging/linked-packages.ts';
import { metadataFiles } from '../../../container/src/packaging/metadata-files.ts';
import { packageNames } from '../../../container/src/packaging/package-names.ts';

const names = packageNames(
  {
    secret: { user_bucket: 'example-bucket', pkg_prefix: 'benchling' },
    quilt: { catalog: 'catalog.example.com', database: 'example' },
  } as Parameters<typeof packageNames>[0],
  'EXP-1',
);
const entry = { id: 'etr_1', displayId: 'EXP-1', name: '<b>*Example*</b>\n# Title', webURL: 'https://example.benchling.com/x' };
const files = (pkgKey = 'experiment_id', members = [{ name: 'EXP-1/a_b.csv', bytes: 3 }]) =>
  metadataFiles({ entry, names, members, pkgKey, tenant: 'example-tenant' });

describe('the files beside an export', () => {
  it('link the package to its entry under whatever key people chose', () => {
    for (const key of ['experiment_id', 'name', 'entry_id']) expect(JSON.parse(files(key)['entry.json'])).toMatchObject({ [key]: 'EXP-1' });
  });

  it('name what went in', () => {
    expect(JSON.parse(files()['input.json'])).toEqual({
      source: 'benchling',
      tenant: 'example-tenant',
      entry_id: 'etr_1',
      display_id: 'EXP-1',
      members: [{ name: 'EXP-1/a_b.csv', bytes: 3 }],
    });
  });

  it("show people's text as text", () => {
    const readme = files()['README.md'];
    expect(readme).toContain('# EXP-1: \\<b\\>\\*Example\\*\\</b\\> \\# Title\n');
    expect(readme).toContain('- Entry: <https://example.benchling.com/x>');
    expect(readme).toContain('- EXP-1/a\\_b.csv (3 bytes)');
  });

  it('are the same each time they are made', () => {
    expect(files()).toEqual(files());
  });
});

describe('the query for linked packages', () => {
  it('has the value as a parameter and identifiers in quotes', () => {
    expect(linkedPackagesQuery('example', 'example-bucket', 'experiment_id')).toBe(
      `SELECT DISTINCT pkg_name FROM "example"."example-bucket_packages-view" WHERE json_extract_scalar(user_meta, '$.experiment_id') = ? ORDER BY pkg_name LIMIT 20`,
    );
  });

  it.each([
    ['a"b', 'example-bucket', 'experiment_id'],
    ['example', 'a" OR "1', 'experiment_id'],
    ['example', 'example-bucket', "a') OR 1=1"],
    ['', 'example-bucket', 'experiment_id'],
  ])('is not made of %j, %j and %j', (database, bucket, key) => {
    expect(() => linkedPackagesQuery(database, bucket, key)).toThrow(/no such name holds|no identifier/);
  });

  it('keeps a quote inside its literal', () => {
    expect(literal("it's' OR 1=1")).toBe("'it''s'' OR 1=1'");
  });
});
