import { Configuration } from '../../container/src/configuration.ts';
import { ConfigurationError } from '../../container/src/configuration-error.ts';
import type { Log } from '../../container/src/log.ts';
import { resolveWithPatience } from '../../container/src/start.ts';
import { exampleOutputs, exampleSecret } from './builders.ts';

interface Line {
  event: string;
  cause?: string;
}

/** A configuration whose source the test changes; `refresh` is not held back by how recent the last read is. */
function configuration() {
  const source = {
    secret: { name: 'example', versionId: '1', text: JSON.stringify(exampleSecret()) },
    outputs: { ...exampleOutputs },
    failure: undefined as Error | undefined,
    reads: 0,
  };
  const lines: Line[] = [];
  const note = (line: Line) => lines.push(line);
  const log = { info: note, warn: note } as unknown as Log;
  const configured = new Configuration(
    {
      readSecret: async () => {
        source.reads++;
        if (source.failure) throw source.failure;
        return source.secret;
      },
      readOutputs: async () => source.outputs,
    },
    log,
    { freshMs: -1 },
  );
  return { source, lines, configured, log };
}

describe('a start', () => {
  it('names what is wrong with the secret and with the stack in one message', async () => {
    const { source, configured } = configuration();
    source.secret.text = JSON.stringify(exampleSecret({ tenant: undefined, user_bucket: 'No' }));
    source.outputs = {};
    await expect(configured.resolve()).rejects.toMatchObject({
      problem: 'SecretKeyMissing',
      keys: ['tenant'],
      message: expect.stringMatching(/tenant is missing.*user_bucket must be.*no usable output UserAthenaDatabaseName/),
    });
  });
});

describe('a rotation', () => {
  it('to a good version takes effect', async () => {
    const { source, configured } = configuration();
    await configured.resolve();
    source.secret = { name: 'example', versionId: '2', text: JSON.stringify(exampleSecret({ client_secret: 'example-rotated' })) };
    await configured.refresh();
    expect(configured.current).toMatchObject({ versionId: '2', secret: { client_secret: 'example-rotated' } });
    expect(configured.state).toBe('ok');
  });

  it('to a broken version keeps the last good one, says so, and recovers', async () => {
    const { source, lines, configured } = configuration();
    await configured.resolve();
    const good = source.secret;
    source.secret = { name: 'example', versionId: '2', text: '{}' };
    await configured.refresh();
    expect(configured.current?.versionId).toBe('1');
    expect(configured.state).toBe('last-good');
    expect(lines.at(-1)).toMatchObject({ event: 'config.last-good', cause: 'SecretEmpty' });
    source.secret = good;
    await configured.refresh();
    expect(configured.state).toBe('ok');
  });

  it.each([
    ['AWS is out of reach', new Error('connect ETIMEDOUT')],
    ['the right to read was taken away', new ConfigurationError('PermissionDenied', [], 'AccessDeniedException')],
  ])('cannot be seen when %s: the configuration stays, the probe of AWS fails', async (_, failure) => {
    const { source, configured } = configuration();
    await configured.resolve();
    source.failure = failure;
    await expect(configured.refresh()).rejects.toBe(failure);
    expect(configured.current?.versionId).toBe('1');
    expect(configured.state).toBe('ok');
  });

  it('is read once for many who ask', async () => {
    const { source, configured } = configuration();
    await configured.resolve();
    await Promise.all([configured.refresh(), configured.refresh(), configured.refresh()]);
    expect(source.reads).toBe(2);
  });
});

describe('the first read', () => {
  it('waits out what may pass', async () => {
    const { source, configured, lines, log } = configuration();
    source.failure = new Error('throttled');
    const resolved = resolveWithPatience(configured, log, [0, 0]);
    await Promise.resolve();
    source.failure = undefined;
    expect(await resolved).toMatchObject({ versionId: '1' });
    expect(lines.map(({ event }) => event)).toEqual(['config.retry', 'config.resolved']);
  });

  it('gives up by name when it does not pass', async () => {
    const { source, configured, log } = configuration();
    source.failure = new Error('connect ETIMEDOUT');
    await expect(resolveWithPatience(configured, log, [0, 0])).rejects.toMatchObject({
      problem: 'AwsUnreachable',
      message: 'Error: connect ETIMEDOUT',
    });
    expect(source.reads).toBe(3);
  });

  it('does not wait for what cannot pass', async () => {
    const { source, configured, log } = configuration();
    source.outputs = {};
    await expect(resolveWithPatience(configured, log, [0, 0])).rejects.toMatchObject({ problem: 'QuiltOutputMissing' });
    expect(source.reads).toBe(1);
  });
});
