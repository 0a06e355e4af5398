import { openApi, operations } from '../../container/src/api.ts';
import { webhookPaths } from '../../container/src/routes/webhook.ts';

describe('the OpenAPI document', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a document is read as it comes
  const document = JSON.parse(JSON.stringify(openApi('1.4.0'))) as any;

  it('knows every route by its method, and the version that it is of', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.4.0' } });
    expect(Object.keys(document.paths).sort()).toEqual(['/config', '/health', '/health/live', '/health/ready', ...webhookPaths].sort());
    for (const { method, path } of operations) expect(document.paths[path]).toHaveProperty(method.toLowerCase());
  });

  it('describes each answer by a schema that is closed to fields that nobody wrote down', () => {
    const objects: object[] = [];
    const walk = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return;
      if ('type' in node && node.type === 'object') objects.push(node);
      for (const child of Object.values(node)) walk(child);
    };
    for (const path of Object.values(document.paths)) for (const operation of Object.values(path as object)) walk(operation.responses);
    expect(objects.length).toBeGreaterThan(20);
    for (const schema of objects) expect(schema).toMatchObject({ additionalProperties: false });
  });

  it('says what an event must have', () => {
    const { schema } = document.paths['/event'].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ required: ['message'], properties: { message: { required: ['type'] } } });
  });
});
