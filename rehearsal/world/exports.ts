import { randomUUID } from 'node:crypto';
import type { Benchling, Entry, Tenant } from './benchling.ts';
import { type Answered, Archive, type Asked, missing, ok, refused } from './benchling-api.ts';
import { type ZipSource, zipStream } from './zip-stream.ts';

/** An export that was asked for. */
export interface ExportTask {
  readonly entryId: string;
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  /** How often it will still be called running. */
  runningPolls: number;
  /** Opens its address. */
  readonly signature: string;
}

export function startExport({ body }: Asked, benchling: Benchling, { entries, tasks, exporting }: Tenant): Answered {
  const { id } = JSON.parse(body) as { id: string };
  if (!entries.has(id)) return missing(id);
  const taskId = randomUUID();
  tasks.set(taskId, { entryId: id, ...exporting, signature: benchling.issueSignature() });
  return { status: 202, body: { taskId } };
}

export function readTask({ host, captured: [id = ''] }: Asked, _benchling: Benchling, { tasks }: Tenant): Answered {
  const task = tasks.get(id);
  if (!task) return missing(id);
  if (task.runningPolls > 0) {
    task.runningPolls -= 1;
    return ok({ status: 'RUNNING' });
  }
  if (task.outcome === 'FAILED') return ok({ status: 'FAILED', message: 'The export could not be made' });
  const address = `https://${host}/exports/${id}.zip?X-Amz-Signature=${task.signature}`;
  return ok({ status: 'SUCCEEDED', response: { downloadURL: address } });
}

export function downloadExport({ captured: [id = ''], query }: Asked, _benchling: Benchling, tenant: Tenant): Answered {
  const task = tenant.tasks.get(id);
  if (!task || task.outcome === 'FAILED') return missing(id);
  if (query.get('X-Amz-Signature') !== task.signature) return refused(403, 'AccessDenied', 'The address is not signed');
  const entry = tenant.entries.get(task.entryId);
  if (!entry) return missing(task.entryId);
  return ok(new Archive(zipStream(tenant.exports.get(entry.id)?.() ?? exampleExport(entry))));
}

/** What Benchling puts into the export of a small entry. */
function exampleExport({ displayId, name }: Entry): ZipSource[] {
  return [
    { name: `${displayId}/entry.html`, content: [Buffer.from(`<h1>${name}</h1>`)] },
    { name: `${displayId}/table.csv`, content: [Buffer.from('example,1\n')] },
  ];
}
