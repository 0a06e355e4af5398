import { createHash } from 'node:crypto';
import { announcer } from '../../../steps/clients/announcer.ts';
import { codeCommitHost } from '../../../steps/clients/codecommit-host.ts';
import { logReader } from '../../../steps/clients/log-reader.ts';
import { sampleSigner } from '../../../steps/clients/sample-signer.ts';
import { request } from '../incidents.ts';
import { type Answers, serveJson } from './endpoint.ts';

let wire: Awaited<ReturnType<typeof serveJson>>;
beforeAll(async () => {
  wire = await serveJson({});
});
afterAll(() => wire.stop());
beforeEach(() => {
  wire.calls.length = 0;
});
const answers = (given: Answers) => Object.assign(wire.answers, given);
const refuses = (operation: string, __type: string) =>
  answers({
    [operation]: () => {
      throw { __type, message: 'example' };
    },
  });
const asked = () => wire.calls[0]?.input;

describe('the commit of a tag', () => {
  const commitOf = () => codeCommitHost.commitOfTag('example-service', 'v1.4.0');

  it('is what the host reads the tag from, not a branch of that name', async () => {
    answers({ GetFile: () => ({ commitId: request.commit, fileContent: '' }) });
    expect(await commitOf()).toBe(request.commit);
    expect(asked()).toMatchObject({ repositoryName: 'example-service', commitSpecifier: 'refs/tags/v1.4.0' });
  });

  it('is null when the host has no such tag, and only then', async () => {
    refuses('GetFile', 'CommitDoesNotExistException');
    expect(await commitOf()).toBeNull();
    refuses('GetFile', 'FileDoesNotExistException');
    await expect(commitOf()).rejects.toMatchObject({ name: 'FileDoesNotExistException' });
    refuses('GetFile', 'RepositoryDoesNotExistException');
    await expect(commitOf()).rejects.toMatchObject({ name: 'RepositoryDoesNotExistException' });
  });
});

describe('the end of a log', () => {
  const tail = () => logReader.tail('/release/staging/service', 'webhook/webhook/1', 20);

  it('is its last lines, oldest first', async () => {
    answers({
      GetLogEvents: () => ({
        events: [
          { timestamp: 1767268800000, message: 'one' },
          { timestamp: 1767268801000, message: 'two' },
        ],
      }),
    });
    expect(await tail()).toEqual([
      { at: '2026-01-01T12:00:00.000Z', line: 'one' },
      { at: '2026-01-01T12:00:01.000Z', line: 'two' },
    ]);
    expect(asked()).toMatchObject({ limit: 20, startFromHead: false });
  });

  it('is null when there is no such group or stream, and only then', async () => {
    refuses('GetLogEvents', 'ResourceNotFoundException');
    expect(await tail()).toBeNull();
    refuses('GetLogEvents', 'AccessDeniedException');
    await expect(tail()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a sample signature', () => {
  const message = 'msg_example.1767268800.{}'.repeat(1000);

  it('is of the digest: KMS signs no long message', async () => {
    answers({ Sign: () => ({ Signature: Buffer.from('example').toString('base64') }) });
    expect(Buffer.from(await sampleSigner.sign('alias/release-sample/example', message)).toString()).toBe('example');
    expect(asked()).toEqual({
      KeyId: 'alias/release-sample/example',
      Message: createHash('sha256').update(message).digest('base64'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
  });

  it('is never an empty one', async () => {
    answers({ Sign: () => ({}) });
    await expect(sampleSigner.sign('alias/release-sample/example', message)).rejects.toThrow('KMS returned no signature');
  });
});

describe('an announcement', () => {
  it('is one event of the releases', async () => {
    answers({ PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }) });
    await announcer.announce({ outcome: 'released' });
    expect(asked()).toEqual({ Entries: [{ Source: 'release', DetailType: 'Release Outcome', Detail: '{"outcome":"released"}' }] });
  });

  it('fails when EventBridge drops it with a friendly answer', async () => {
    answers({ PutEvents: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'example' }] }) });
    await expect(announcer.announce({})).rejects.toThrow('EventBridge dropped the event: InternalFailure example');
  });
});
