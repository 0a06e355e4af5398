import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueNames, type StackArn } from '../config/index.ts';
import type { Resolved } from '../configuration.ts';
import { PackagingRefused } from './errors.ts';
import { MemberNames } from './member-name.ts';
import { Uploader } from './multipart.ts';
import type { PackageNames } from './package-names.ts';
import { readZip } from './zip/read-zip.ts';

export interface Written {
  name: string;
  bytes: number;
}

/** Where packages go: objects in the user's bucket, then a message to the packager, which makes a revision of what lies there. */
export class PackageStore {
  readonly #stack: StackArn;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;

  constructor(stack: StackArn) {
    this.#stack = stack;
    // A part of 8 MiB on a bad day; the SDK backs off from throttling by itself.
    const common = { region: stack.region, maxAttempts: 6, requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000 } };
    this.#s3 = new S3Client(common);
    this.#sqs = new SQSClient({ ...common, useQueueUrlAsEndpoint: false });
  }

  /** Unpacks an archive into the package as it arrives. s3:PutObject, s3:AbortMultipartUpload. */
  async writeArchive({ bucket, key }: PackageNames, archive: AsyncIterable<Buffer>, signal: AbortSignal): Promise<Written[]> {
    const names = new MemberNames();
    const uploader = new Uploader(this.#s3);
    const written: Written[] = [];
    for await (const { name, content } of readZip(archive)) {
      signal.throwIfAborted();
      if (name.endsWith('/')) await requireEmpty(content);
      else {
        const member = names.claim(name);
        written.push({ name: member, bytes: await uploader.upload({ Bucket: bucket, Key: key(member) }, content, signal) });
      }
    }
    return written;
  }

  /** s3:PutObject. */
  async writeFile({ bucket, key }: PackageNames, name: string, content: string, signal: AbortSignal): Promise<void> {
    const ContentType = name.endsWith('.json') ? 'application/json' : 'text/markdown';
    await this.#s3.send(new PutObjectCommand({ Bucket: bucket, Key: key(name), Body: content, ContentType }), { abortSignal: signal });
  }

  /** The package's first files by name. s3:ListBucket. @param most 1 to 1000 */
  async list({ bucket, key }: PackageNames, most: number, signal: AbortSignal): Promise<{ files: Written[]; more: boolean }> {
    const Prefix = key('');
    const answer = await this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: most }), { abortSignal: signal });
    const files = (answer.Contents ?? []).map(({ Key = '', Size = 0 }) => ({ name: Key.slice(Prefix.length), bytes: Size }));
    return { files, more: answer.IsTruncated ?? false };
  }

  /**
   * Asks for a revision of the package. sqs:SendMessage. The same event twice asks twice: the packager then makes the same revision again.
   * @param eventId deduplicates where the queue is a FIFO one
   */
  async requestRevision({ quilt }: Resolved, names: PackageNames, message: string, eventId: string, signal: AbortSignal): Promise<void> {
    const { url } = queueNames(quilt.queueUrl ?? quilt.queueArn ?? '', this.#stack);
    const MessageBody = JSON.stringify({
      source_prefix: names.source,
      registry: names.bucket,
      package_name: names.name,
      metadata_uri: 'entry.json',
      commit_message: message,
    });
    const fifo = url.endsWith('.fifo') ? { MessageGroupId: names.name, MessageDeduplicationId: eventId } : {};
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...fifo }), { abortSignal: signal });
  }
}

/** A folder is no object; one with a content would lose it. */
async function requireEmpty(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of content) if (chunk.length > 0) throw new PackagingRefused('A folder of the export has a content.');
}
