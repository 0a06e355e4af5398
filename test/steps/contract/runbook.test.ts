import { spawnSync } from 'node:child_process';
import { fillIn, pageName, parseRunbook } from '../../../steps/contract/runbook.ts';

const page = `---
title: The tag is no version
cause: TagMalformed
severity: ticket
owner: release author
fault: tag-malformed
---

# The tag is no version

\`\`\`sh
TAG=v1.4.0 STAGE=staging
\`\`\`

## Meaning
One.

## Impact
Two.

## Check
\`\`\`sh
echo "$TAG" at \${STAGE} of $TAGS
\`\`\`

## Fix
Not now.

## Verify
Four.

## If that fails
Five.
`;

describe('the page of a cause', () => {
  it.each([
    ['SecretKeyMissing', 'secret-key-missing.md'],
    ['OutOfMemory', 'out-of-memory.md'],
    ['Unclassified', 'unclassified.md'],
  ] as const)('of %s is %s', (cause, name) => {
    expect(pageName(cause)).toBe(name);
  });

  it('is read into what it is about, what it needs, and its sections', () => {
    const { about, inputs, sections } = parseRunbook(page);
    expect(about).toMatchObject({ title: 'The tag is no version', cause: 'TagMalformed', severity: 'ticket' });
    expect(inputs).toEqual(['TAG', 'STAGE']);
    expect(sections).toMatchObject({ Meaning: 'One.', 'If that fails': 'Five.' });
  });

  it.each([
    ['without a section', page.replace('## Verify', '## Proof')],
    ['without an owner', page.replace(/owner: .*\n/, '')],
    ['of no cause', page.replace('cause: TagMalformed', 'cause: Weather')],
    ['without front matter', page.replace('---\n', '')],
  ])('%s is refused', (_what, text) => {
    expect(() => parseRunbook(text)).toThrow();
  });
});

describe('a page that is filled in', () => {
  it('names what is known on top and in its commands, and leaves a gap where nobody knows', () => {
    const text = fillIn(page, { TAG: 'v2.0.0' });
    expect(text).toContain('```sh\nTAG=v2.0.0 STAGE=\n```');
    expect(text).toContain('echo "v2.0.0" at ${STAGE} of $TAGS');
  });

  it.each(["v1';touch x;'", '$(touch x)', '`id`', 'a b', '"', '&& id', '~', '*'])(
    'gives the shell the tag %s as a word, whatever it holds',
    (tag) => {
      const text = fillIn(page, { TAG: tag, STAGE: 'prod' });
      expect(text).toContain('echo "$TAG" at prod');
      const [, block = ''] = text.split('```sh\n');
      const said = spawnSync('sh', ['-c', `${block.split('```')[0]}printf %s "$TAG"`], { encoding: 'utf8' });
      expect(said).toMatchObject({ status: 0, stdout: tag });
    },
  );

  it('leaves out what would paint over the terminal, or end the line', () => {
    for (const tag of ['v1\nrm x', 'v1\u001b[2J']) expect(fillIn(page, { TAG: tag })).toContain('TAG= STAGE=');
  });
});
